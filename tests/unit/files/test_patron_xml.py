"""Patron XML: it holds against its schema and is read as the records it was written from; danger is refused."""

from __future__ import annotations

import contextlib
import io
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from patron_update.domain.fields import FIELDS, Kind
from patron_update.errors import UnreadableFileError
from patron_update.files.convert import convert_patron_xml
from patron_update.files.export import write_records
from patron_update.files.patron_xml import ELEMENTS, NAMESPACE, SCHEMA, element_of, schema
from patron_update.files.workspace import RunFolder, Workspace
from patron_update.files.xml_parsing import LONGEST_VALUE, PatronStream

PROJECT = Path(__file__).parents[3]
COLUMNS = [field.column for field in FIELDS if field.kind is not Kind.PASSWORD]
SITES = {"OAK-ES": "OAK-ES", "Oak Elementary": "OAK-ES", "ELM-HS": "ELM-HS"}


class XmlConversion:
    """Converts patron XML and shows what came of it, as the fixture ``converting`` does for CSV."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    def __call__(self, body: str | bytes) -> Any:
        text = body if isinstance(body, bytes) else f'<Patrons xmlns="{NAMESPACE}">{body}</Patrons>'.encode()
        landed = self.folder.file("landed.csv")
        landed.write_bytes(text)
        self.result, self.file = convert_patron_xml(landed, self.folder, site_names=SITES, secret=b"s" * 32)
        return self.result


@pytest.fixture
def reading(tmp_path, converting):
    xml = XmlConversion(Workspace(tmp_path / "xml").run_folder("students", "manual__2026-01-02"))
    shown = type(converting)(xml.folder)
    xml.rows, xml.messages, xml.codes = shown.rows, shown.messages, shown.codes
    return xml


@pytest.fixture(scope="module")
def xsd():
    return etree.XMLSchema(etree.parse(PROJECT / SCHEMA))


def written(converting) -> str:
    out = io.StringIO()
    write_records(converting.folder, "xml", out)
    return out.getvalue()


def test_the_committed_schema_is_the_generated_one():
    assert (PROJECT / SCHEMA).read_text("utf-8") == schema()


def test_element_names_are_those_that_are_known_of_the_original():
    names = {field.name: element_of(field) for field in FIELDS}

    assert len(ELEMENTS) == 45
    assert [names[name] for name in ("accessLevel", "districtID", "birthdate", "username", "userDefined1")] == [
        *("AccessLevel", "DistrictID", "BirthDate", "UserName", "UserDefined1")
    ]


def test_a_missing_value_has_no_element_and_an_empty_one_an_empty_element(converting):
    converting("1,OAK-ES,Smith,\n", {"nickname": "c4", "homeroom": "NULL"})

    assert written(converting) == (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Patrons xmlns="{NAMESPACE}">\n'
        '  <Patron line="1" match="DistrictID">\n    <SiteShortName>OAK-ES</SiteShortName>\n'
        "    <DistrictID>1</DistrictID>\n    <LastName>Smith</LastName>\n    <Nickname/>\n  </Patron>\n</Patrons>\n"
    )


def test_a_character_that_xml_does_not_have_becomes_a_space(converting):
    converting("1,OAK-ES,Smith,A\ufffeB\n", {"nickname": "c4", "homeroom": "'x' || chr(7) || 'y'"})

    assert "<Nickname>A B</Nickname>" in written(converting)
    assert "<Homeroom>x y</Homeroom>" in written(converting)


def test_passwords_are_never_written(converting):
    converting("1,OAK-ES,Smith,Sesame\n", {"password": "c4", "username": "c1"})

    assert "Password" not in written(converting)
    assert "UserName" in written(converting)


def test_what_is_asked_for_is_written_and_read(converting, reading, xsd):
    rows = ["1,OAK-ES,Smith,,ELM-HS/X&Y", "1,ELM-HS,Smith,associate,", "2,ELM-HS,Jones,delete,"]
    converting("\n".join(rows), action="nullif(c4, '')", other_sites="replace(c5, '/', chr(31))")
    text = written(converting)
    xsd.assertValid(etree.fromstring(text.encode()))
    reading(text.encode())

    columns = ("key", "action", "other_sites", "fingerprint")
    assert reading.rows(*columns) == converting.rows(*columns)
    assert reading.rows("action", "other_sites")[0] == (None, "ELM-HS\x1fX&Y")


@pytest.mark.parametrize("wished", [True, False])
def test_the_file_says_whether_rows_that_delete_are_applied_before(converting, reading, xsd, wished):
    converting("1,OAK-ES,Smith\n", action="'delete'")
    out = io.StringIO()
    write_records(converting.folder, "xml", out, update_before_delete=wished)
    xsd.assertValid(etree.fromstring(out.getvalue().encode()))
    reading(out.getvalue().encode())

    assert reading.file.update_before_delete is wished
    assert ('updateBeforeDelete="true"' in out.getvalue()) is wished


def test_records_matched_by_site_and_barcode_say_so(converting, reading, xsd):
    converting("7,OAK-ES,Smith\n", {"barcode": "c1"}, match_using_district_id=False)
    text = written(converting)
    xsd.assertValid(etree.fromstring(text.encode()))
    reading(text.encode())

    assert 'match="SiteShortName Barcode"' in text
    assert not reading.file.match_using_district_id
    assert reading.rows("key") == converting.rows("key") == [("OAK-ES\x1f7",)]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='"\ufffe\uffff'), max_size=12
)
FORMS = {
    "birthdate": "if(length(c4) > 3, '02/03/2013', '')",
    "status": "if(length(c4) > 3, 'A', '')",
    "isTeacher": "if(length(c4) > 3, 'T', '')",
    "gender": "if(length(c4) > 3, 'X', '')",
    "graduationYear": "if(length(c4) > 3, '2031', NULL)",
    "firstName": "c4",
    "nickname": "c5",
    "homeroom": "nullif(c5, '')",
    "emailPrimary": "c4 || c5 || ' <&> ]]>'",
}


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_csv_to_xml_to_records_gives_the_records_of_the_csv(converting, reading, xsd, rows):
    lines = (f'{number},OAK-ES,"L{last}","{a}","{b}"\r\n' for number, (last, a, b) in enumerate(rows))
    converting("".join(lines), FORMS)
    text = written(converting)
    xsd.assertValid(etree.fromstring(text.encode()))
    reading(text.encode())

    columns = ("key", "fingerprint", *COLUMNS)
    assert reading.rows(*columns) == converting.rows(*columns)
    assert reading.result.read == reading.result.alive == len(rows)


def test_values_are_brought_into_their_form_and_told_with_the_line_where_the_patron_begins(reading):
    reading("""
    <Patron match="DistrictID"><DistrictID> 1 </DistrictID><SiteShortName>oak elementary</SiteShortName>
      <LastName><![CDATA[O'Neil & <Söhne>]]></LastName><Gender>X</Gender><BirthDate>2013-02-03</BirthDate></Patron>
    <Patron match="DistrictID">
      <SiteShortName>OAK-ES</SiteShortName><LastName>Nobody</LastName></Patron>
    """)

    assert reading.rows("key", "site_short_name", "last_name", "gender", "birthdate", "first_name")[0] == (
        *("1", "OAK-ES", "O'Neil & <Söhne>", "U", "02/03/2013", None),
    )
    assert reading.messages() == [
        (2, "gender_invalid", "gender", "X", None),
        (4, "district_id_required", "districtID", None, None),
    ]
    assert reading.file.fields == {"districtID", "siteShortName", "lastName", "gender", "birthdate"}


def test_a_password_is_kept_as_a_digest_and_its_file_is_gone(reading, converting):
    values = "<DistrictID>1</DistrictID><SiteShortName>OAK-ES</SiteShortName><LastName>A</LastName>"
    reading(f'<Patron match="DistrictID">{values}<Password>Sesame</Password></Patron>')
    converting("1,OAK-ES,A,Sesame\n", {"password": "c4"})

    assert reading.rows("password", "fingerprint") == converting.rows("password", "fingerprint")
    found = b"".join(path.read_bytes() for path in reading.folder.path.glob("[!l]*") if path.is_file())
    assert b"Sesame" not in found


def test_two_patrons_of_one_key_are_held_as_in_a_csv(reading):
    patron = '<Patron match="DistrictID"><DistrictID>1</DistrictID><SiteShortName>OAK-ES</SiteShortName>{}</Patron>\n'
    reading("\n".join(patron.format(f"<LastName>{name}</LastName>") for name in "AB"))

    assert reading.codes() == [(1, "duplicate_key"), (3, "duplicate_key")]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
def test_the_file_names_its_encoding(reading, encoding):
    body = "<DistrictID>1</DistrictID><SiteShortName>OAK-ES</SiteShortName><LastName>Núñez</LastName>"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<Patrons xmlns="{NAMESPACE}"><Patron match="DistrictID">{body}'
    )
    reading(f"{text}</Patron></Patrons>".encode(encoding))

    assert reading.rows("last_name") == [("Núñez",)]


BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PATRON = '<Patron match="DistrictID">'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{BOMB}\n<Patrons xmlns="{NAMESPACE}">&b;</Patrons>', "Line 1: the file has a document type"),
        (f'\n{EXTERNAL}\n<Patrons xmlns="{NAMESPACE}">&a;</Patrons>', "Line 2: the file has a document type"),
        ('<!DOCTYPE b SYSTEM "http://example.org/b.dtd">\n<b/>', "Line 1: the file has a document type"),
        (f'<Patrons xmlns="{NAMESPACE}">\n{PATRON}&a;</Patron></Patrons>', "Line 2: this is no well-formed XML"),
        (f'<Patrons xmlns="{NAMESPACE}">\n{PATRON}</Patrons>', "Line 2: this is no well-formed XML: mismatched tag"),
        (f'<Patrons xmlns="{NAMESPACE}">\n{PATRON}', "Line 2: this is no well-formed XML: no element found"),
        ("<Patrons><Patron/></Patrons>", "Line 1: <Patrons> is no element of patron XML, whose root is"),
        (f'<patrons xmlns="{NAMESPACE}"/>', "<patrons> is not known as the root; did you mean <Patrons>?"),
        (f'<Patrons xmlns="{NAMESPACE}"/>', "The file holds no <Patron>"),
        (f'<Patrons xmlns="{NAMESPACE}" updateBeforeDelete="yes"/>', 'updateBeforeDelete="yes" is neither true nor'),
        (f'<Patrons xmlns="{NAMESPACE}" UpdateBeforeDelete="true"/>', 'did you mean "updateBeforeDelete"?'),
        ('<?xml version="1.0" encoding="klingon"?><Patrons/>', "Line 1: the encoding that the file names"),
        ('<?xml version="1.0" encoding="big5"?><Patrons/>', "Line 1: the encoding that the file names"),
    ],
)
def test_a_file_that_is_no_patron_xml_is_refused_with_its_line(reading, text, told):
    with pytest.raises(UnreadableFileError) as error:
        reading(text.encode())

    assert told in str(error.value)
    assert not list(reading.folder.path.glob("records*"))


def test_a_bomb_that_fits_into_one_piece_costs_nothing(reading):
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    text = f'<!DOCTYPE b [<!ENTITY e0 "ha">{entities}]>\n<Patrons xmlns="{NAMESPACE}">&e12;</Patrons>'
    began = time.process_time()

    with pytest.raises(UnreadableFileError, match="Line 1: the file has a document type"):
        reading(text.encode())

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("\n<Patron/>", "Line 2: <Patron> does not say by what it is matched. Write match="),
        ('<Patron match="Name"/>', "Line 1: <Patron> does not say by what"),
        ('<Patron match="DistrictID" action="drop"/>', 'the action "drop" is not known'),
        ('<Patron match="DistrictID" delete="yes"/>', '<Patron> has no attribute "delete"'),
        ('<Patron match="DistrictID" Action="delete"/>', 'has no attribute "Action"; did you mean "action"?'),
        (f'{PATRON}<LastName use="new">x</LastName></Patron>', '<LastName> has no attribute "use"'),
        (f"\n\n{PATRON}<Username>x</Username></Patron>", "Line 3: <Username> is not known in <Patron>; did you mean"),
        (f"{PATRON}<LastName/>\n<LastName/></Patron>", "<LastName> stands twice in the patron that begins on line 1"),
        (f"{PATRON}<LastName><b>x</b></LastName></Patron>", "<b> stands inside <LastName>, which holds text alone"),
        (f"{PATRON}Smith</Patron>", "there is text between the elements of <Patron>"),
        (f"{PATRON}<LastName>{'x' * (LONGEST_VALUE + 1)}</LastName></Patron>", "is longer than 10,000 characters"),
        (f"<Patron match='{'x' * 2_000_000}'/>", "a tag or a comment is longer than a megabyte"),
        (f'{PATRON}</Patron>\n<Patron match="SiteShortName Barcode"/>', "Line 2: a patron is matched by"),
    ],
)
def test_what_the_schema_does_not_have_stops_the_file(reading, body, told):
    with pytest.raises(UnreadableFileError) as error:
        reading(body)

    assert told in str(error.value)
    assert "Smith" not in str(error.value)


WHOLE = (
    f'<?xml version="1.0"?>\n<Patrons xmlns="{NAMESPACE}">{PATRON}<LastName>A&amp;<![CDATA[x]]></LastName>'
    "<OtherSites><SiteShortName>Q</SiteShortName></OtherSites></Patron></Patrons>"
).encode()


@given(
    cut=st.integers(0, len(WHOLE)),
    length=st.integers(0, 9),
    put=st.binary(max_size=6) | st.sampled_from([b"<", b"&#1;"]),
)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, cut, length, put):
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(WHOLE[:cut] + put + WHOLE[cut + length :])
    with contextlib.suppress(UnreadableFileError):
        assert len(list(PatronStream(path))) <= 1


def test_a_large_file_is_read_in_bounded_memory(tmp_path):
    path = tmp_path / "large.xml"
    patron = "  <Patron match='DistrictID'><DistrictID>{}</DistrictID><LastName>" + "x" * 900 + "</LastName></Patron>\n"
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<Patrons xmlns="{NAMESPACE}">\n')
        out.writelines(patron.format(number) for number in range(10_000))
        out.write("</Patrons>\n")
    last = 0
    tracemalloc.start()
    try:
        for patron_read in PatronStream(path):
            last = patron_read.line
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert last == 10_001
    assert peak < path.stat().st_size / 10
