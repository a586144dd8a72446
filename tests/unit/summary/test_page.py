"""The Job Summary's page: complete, bounded, escaped, self-contained, readable."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from patron_update.summary import RunCounts, SiteCounts, to_html
from patron_update.summary.grouping import grouped

HOSTILE = "</td><script>alert('1')</script><img src=x onerror=alert(1)>\"'&"


class Page(HTMLParser):
    """The page's elements: tag, attributes, and the text of each table row."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.rows, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append("")

    def handle_data(self, data):
        self.text += data
        if self.rows:
            self.rows[-1] += data + "|"

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_hostile_values_stay_text(summary, message):
    hostile = message(value=HOSTILE, site=HOSTILE, district_id=HOSTILE, barcode=HOSTILE, field=HOSTILE, detail=HOSTILE)
    text = to_html(
        summary(
            job_name=HOSTILE,
            run=HOSTILE,
            reasons=[HOSTILE],
            counts=RunCounts(read=1, held=1),
            sites=[SiteCounts(site=HOSTILE, read=1, held=1)],
            messages=[hostile, message("barcode_taken", value="x", site=HOSTILE, detail=HOSTILE)],
        )
    )
    page = Page(text)

    assert not page.all("script")
    assert not page.all("img")
    assert page.text.count("<script>alert('1')</script>") > 5
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_the_page_tells_for_when_the_update_was_and_when_it_was_made(summary):
    due = datetime(2026, 8, 29, 2, 15, tzinfo=ZoneInfo("America/Chicago"))
    text = Page(to_html(summary(due=due))).text
    assert "for Saturday, 2026-08-29 02:15" in text
    assert "made 2026-08-31 07:15 UTC" in text


def test_the_page_asks_nothing_of_anybody(summary, message):
    text = to_html(summary(messages=[message()]))

    assert not re.search(r"https?:|//|url\(|@import|<link|<iframe|<form", text.replace("<!doctype", ""))
    assert not [attributes for _, attributes in Page(text).elements if "src" in attributes or "style" in attributes]


def test_only_so_many_rows_of_one_kind_are_shown_and_the_page_says_how_many_more(summary, message):
    text = to_html(summary(messages=[message(line=line) for line in range(1_734)]))

    assert len([row for row in Page(text).rows if "MAPEL" in row]) == 501  # and one in the overview
    assert "… and 1,234 more in the CSV." in text


def test_many_thousands_of_messages_make_no_larger_page_than_a_thousand(summary, message):
    many = summary(messages=[message(line=line) for line in range(20_000)])

    assert len(to_html(many)) < len(to_html(summary(messages=many.messages[:1_000]))) + 200


def test_errors_come_first_then_warnings_then_notes(message):
    codes = ["row_blank", "value_too_long", "site_unknown", "patron_type_created", "district_id_required"]
    groups = grouped([message(code) for code in codes], limit=5)

    assert [group.severity for group in groups] == ["error", "error", "warning", "info", "info"]


def test_cause_and_remedy_stand_once_when_they_are_the_same_for_all_rows(summary, message):
    text = to_html(summary(messages=[message(line=line, value=f"MAPEL-{line}") for line in range(1, 9)]))

    assert text.count("No site of the district has this short name or alias.") == 1
    assert "Site short name … does not exist" in text


def test_a_cause_that_differs_stands_in_each_row(summary, message):
    text = to_html(summary(messages=[message("barcode_taken", site="A", detail=f"District ID {n}") for n in (1, 2)]))

    assert "belongs to District ID 1:" in text
    assert "belongs to District ID 2:" in text


def test_every_message_row_has_its_keys_and_fields_have_their_labels(summary, message):
    facts = {"line": 1_234, "site": "MAPLE-ES", "district_id": "0042", "barcode": "P0042", "field": "gradeLevel"}
    page = Page(to_html(summary(messages=[message("expectation_warning", **facts, value="13", detail="1 to 12")])))

    assert any(_squeezed(row).startswith("1234|MAPLE-ES|0042|P0042|Grade Level|13|") for row in page.rows)


def _squeezed(row):
    return "|".join(part for part in (part.strip() for part in row.split("|")) if part) + "|"


def test_tables_have_captions_and_headers_and_the_page_has_a_language_and_one_headline(summary, message):
    sites = [SiteCounts(site="A", read=1, added=1), SiteCounts(site="", read=1, rejected=1)]
    counts = RunCounts(read=2, added=1, rejected=1)
    page = Page(to_html(summary(counts=counts, sites=sites, messages=[message()])))

    assert len(page.all("table")) == len(page.all("caption")) == 3
    assert all("scope" in attributes for attributes in page.all("th"))
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert "No site" in page.text


def test_every_link_inside_the_page_has_its_target(summary, message):
    fields = ["siteShortName", "barcode", "no such <field>", None]
    page = Page(to_html(summary(messages=[message(field=field, line=n) for n, field in enumerate(fields)])))
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]

    assert {link["href"].removeprefix("#") for link in page.all("a")} <= set(names)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("failed", "What the run had found"), ("held", "What would become"), ("preview", "What would become")],
)
def test_counts_of_what_was_not_applied_say_so(summary, outcome, words):
    text = to_html(summary(outcome=outcome, reasons=["The reason."], counts=RunCounts(read=1, added=1)))

    assert words in text
    assert "The reason." in text


def test_a_run_that_read_nothing_shows_no_counts(summary):
    text = to_html(summary(outcome="failed", update=None, file=None, reasons=["No file."]))

    assert 'class="tiles"' not in text
    assert "No messages" not in text


def test_downloads_are_links_only_where_there_are_any(summary):
    assert "?format=csv" not in to_html(summary())
    assert 'href="?format=csv"' in to_html(summary(), downloads={"CSV": "?format=csv"})


def _luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("letters", "back"),
    [
        *((letters, back) for letters in ("ink", "soft", "link", "error") for back in ("paper", "sheet", "stripe")),
        *((kind, f"{kind}-back") for kind in ("error", "warning", "info", "good")),
    ],
)
def test_letters_stand_out_from_their_background(summary, scheme, letters, back):
    colours = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for block in re.findall(r":root \{.*?\}", to_html(summary()), re.DOTALL)
    ]
    light, dark = sorted((_luminance(colours[scheme][name]) for name in (letters, back)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_date_is_in_the_title(summary):
    assert "(2026-08-31)</title>" in to_html(summary())
