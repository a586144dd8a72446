"""The expectations that a suite may name: Great Expectations' own names and arguments, those that make sense here.

The list is written out so that a suite is checked without importing Great Expectations, which takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Consequence(StrEnum):
    """What follows when an expectation is not met."""

    WARN = "warn"
    """A message; the row is applied."""
    REJECT = "reject"
    """A message; the row is held out."""
    STOP = "stop"
    """The run stops before anything is written."""


class Scope(StrEnum):
    """What an expectation speaks of."""

    ROWS = "rows"
    """Each row by itself: judged by Great Expectations, batch by batch."""
    FILE = "file"
    """The file as a whole: judged by figures about every record, never by one batch."""


class Form(StrEnum):
    """How an argument is written in a suite."""

    REGEX = "a regular expression"
    REGEXES = "a list of regular expressions"
    TEXTS = "a list of texts"
    TEXT = "a text"
    WHOLE = "a whole number, 0 or more"
    BOUND = "a number, or for a date field a date such as 08/31/2005 or 2005-08-31"
    SHARE = "a share between 0 and 1"
    FLAG = "true or false"
    ANY_OR_ALL = "any or all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of expectation: what it speaks of, its arguments and, for the editor, what it means."""

    name: str
    about: str
    scope: Scope = Scope.ROWS
    needs_column: bool = True
    required: dict[str, Form] = field(default_factory=dict)
    optional: dict[str, Form] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    """At least one of these arguments must be there."""

    @property
    def arguments(self) -> dict[str, Form]:
        """Return the expectation's own arguments with their forms."""
        return {**self.required, **self.optional}


ROW_OPTIONS: dict[str, Form] = {"mostly": Form.SHARE, "skip_blank": Form.FLAG}
"""What every expectation about rows takes besides its own arguments."""

_BOUNDS = {"strict_min": Form.FLAG, "strict_max": Form.FLAG}
_WHOLE = {"min_value": Form.WHOLE, "max_value": Form.WHOLE}
_MIN_MAX = ("min_value", "max_value")

_KINDS = (
    Kind(
        name="expect_column_values_to_not_be_null",
        about="The field is filled. A blank value counts as missing here.",
    ),
    Kind(
        name="expect_column_values_to_be_null",
        about="The field is missing or blank.",
    ),
    Kind(
        name="expect_column_values_to_be_in_set",
        about="The value is one of value_set, letter for letter.",
        required={"value_set": Form.TEXTS},
    ),
    Kind(
        name="expect_column_values_to_not_be_in_set",
        about="The value is none of value_set, letter for letter.",
        required={"value_set": Form.TEXTS},
    ),
    Kind(
        name="expect_column_values_to_match_regex",
        about="The regular expression is found in the value; anchor it with ^ and $ to mean the whole value.",
        required={"regex": Form.REGEX},
    ),
    Kind(
        name="expect_column_values_to_not_match_regex",
        about="The regular expression is not found in the value.",
        required={"regex": Form.REGEX},
    ),
    Kind(
        name="expect_column_values_to_match_regex_list",
        about="Any (match_on: any, the default) or all of the regular expressions are found in the value.",
        required={"regex_list": Form.REGEXES},
        optional={"match_on": Form.ANY_OR_ALL},
    ),
    Kind(
        name="expect_column_values_to_not_match_regex_list",
        about="None of the regular expressions is found in the value.",
        required={"regex_list": Form.REGEXES},
    ),
    Kind(
        name="expect_column_value_lengths_to_be_between",
        about="The value has between min_value and max_value characters.",
        optional={**_WHOLE, **_BOUNDS},
        one_of=_MIN_MAX,
    ),
    Kind(
        name="expect_column_value_lengths_to_equal",
        about="The value has exactly so many characters.",
        required={"value": Form.WHOLE},
    ),
    Kind(
        name="expect_column_values_to_be_between",
        about="The value, read as a number or, in a date field, as a date, lies between the bounds; others fail.",
        optional={"min_value": Form.BOUND, "max_value": Form.BOUND, **_BOUNDS},
        one_of=_MIN_MAX,
    ),
    Kind(
        name="expect_column_values_to_match_strftime_format",
        about="The value is a time written in this strftime format. Slow: six seconds per million rows.",
        required={"strftime_format": Form.TEXT},
    ),
    Kind(
        name="expect_table_row_count_to_be_between",
        about="The file has between min_value and max_value rows.",
        scope=Scope.FILE,
        needs_column=False,
        optional=_WHOLE,
        one_of=_MIN_MAX,
    ),
    Kind(
        name="expect_table_row_count_to_equal",
        about="The file has exactly so many rows.",
        scope=Scope.FILE,
        needs_column=False,
        required={"value": Form.WHOLE},
    ),
    Kind(
        name="expect_column_values_to_be_unique",
        about="No value stands on more than one row of the file. Missing and blank values do not count.",
        scope=Scope.FILE,
    ),
    Kind(
        name="expect_column_unique_value_count_to_be_between",
        about="The field has between min_value and max_value different values. Missing and blank ones do not count.",
        scope=Scope.FILE,
        optional=_WHOLE,
        one_of=_MIN_MAX,
    ),
)

CATALOGUE: dict[str, Kind] = {kind.name: kind for kind in _KINDS}

_USE_SET = "use expect_column_values_to_be_in_set with severity stop"
_ONE_COLUMN = "a suite speaks of one field at a time"
_TEXT_ONLY = "records hold text, not numbers or JSON"
_ORDER = "the order of the rows means nothing"
_SCHEMA = "records always have the same 45 fields"
_USE_REGEX = "pandas cannot judge it; use expect_column_values_to_match_regex"

UNSUPPORTED: dict[str, str] = {
    "expect_column_distinct_values_to_be_in_set": _USE_SET,
    "expect_column_distinct_values_to_contain_set": _USE_SET,
    "expect_column_distinct_values_to_equal_set": _USE_SET,
    "expect_column_most_common_value_to_be_in_set": _USE_SET,
    "expect_column_proportion_of_unique_values_to_be_between": "use expect_column_unique_value_count_to_be_between",
    "expect_column_proportion_of_non_null_values_to_be_between": (
        "use expect_column_values_to_not_be_null with mostly and severity stop"
    ),
    "expect_column_values_to_be_dateutil_parseable": "date fields are already checked; elsewhere use a regex",
    "expect_column_values_to_match_like_pattern": _USE_REGEX,
    "expect_column_values_to_match_like_pattern_list": _USE_REGEX,
    "expect_column_values_to_not_match_like_pattern": _USE_REGEX,
    "expect_column_values_to_not_match_like_pattern_list": _USE_REGEX,
    **dict.fromkeys(
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            "expect_column_pair_values_to_be_equal",
            "expect_column_pair_values_to_be_in_set",
            "expect_compound_columns_to_be_unique",
            "expect_multicolumn_sum_to_equal",
            "expect_multicolumn_values_to_be_equal",
            "expect_multicolumn_values_to_be_unique",
            "expect_select_column_values_to_be_unique_within_record",
        ),
        _ONE_COLUMN,
    ),
    **dict.fromkeys(
        (
            "expect_column_kl_divergence_to_be_less_than",
            "expect_column_max_to_be_between",
            "expect_column_mean_to_be_between",
            "expect_column_median_to_be_between",
            "expect_column_min_to_be_between",
            "expect_column_quantile_values_to_be_between",
            "expect_column_stdev_to_be_between",
            "expect_column_sum_to_be_between",
            "expect_column_value_z_scores_to_be_less_than",
            "expect_column_values_to_be_json_parseable",
            "expect_column_values_to_match_json_schema",
            "expect_column_values_to_not_be_outliers",
            "expect_column_type_to_be",
            "expect_column_values_to_be_in_type_list",
            "expect_column_values_to_be_of_type",
        ),
        _TEXT_ONLY,
    ),
    **dict.fromkeys(("expect_column_values_to_be_decreasing", "expect_column_values_to_be_increasing"), _ORDER),
    **dict.fromkeys(
        (
            "expect_column_to_exist",
            "expect_table_column_count_to_be_between",
            "expect_table_column_count_to_equal",
            "expect_table_columns_to_match_ordered_list",
            "expect_table_columns_to_match_set",
        ),
        _SCHEMA,
    ),
    **dict.fromkeys(
        ("expect_query_results_to_match_comparison", "expect_table_row_count_to_equal_other_table"),
        "there is no database behind the records",
    ),
}
"""Expectations of Great Expectations that a suite cannot use, with the reason."""
