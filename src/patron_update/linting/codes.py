"""What each code of a remark means, in one sentence."""

from __future__ import annotations

from patron_update.domain.messages import CATALOGUE

MEANINGS = {
    # The files
    "district_file": "The district file cannot be used.",
    "job_file": "The job file cannot be used.",
    "suite_file": "The expectation suite cannot be used.",
    "properties_file": "The properties file cannot be read at all.",
    "file_missing": "A job names a file that does not exist.",
    # The text of the properties file
    "bad_key": "A key cannot be read.",
    "bad_template": "A template cannot be read.",
    "bad_value": "A setting has a value that cannot be used.",
    "key_twice": "A key stands twice; the last line counts.",
    "field_blank": "A field has no template.",
    "no_field": "No field is mapped.",
    "letter_lost": "A letter was lost when the properties file was saved.",
    "unknown_key": "There is no such key.",
    "unknown_field": "There is no such field.",
    "header_needed": "A column is named by its header, and no row is skipped as one.",
    "field_type_unknown": "A field_type_ line declares a type that is not known.",
    "unknown_table": "A map is named that has no entries.",
    "map_circle": "Maps lead into each other without an end.",
    "map_too_large": "Maps inside maps make too many cases.",
    "map_entry_incomplete": "An entry of a map names no value to translate.",
    "map_unused": "A map is used by no field.",
    "rule_ignored": "A rule is not understood, or has a number beyond the maximum.",
    "double_backslash": "A regex holds a double backslash.",
    "function_in_lower_case": "A function's name is not written as it must be, which makes it a text.",
    "quotes_typed": "Quotes or CDATA marks are typed, which makes them a part of the value.",
    "function_outside_braces": "A function stands outside braces, which makes it a text.",
    "constant_in_coalesce": "A text stands in coalesce where a column was meant, perhaps.",
    # What the properties file means
    "field_required": "A field that every patron needs is not mapped.",
    "password_alone": "A password comes without a user name.",
    "password_is_username": "The password is the user name.",
    "password_guessable": "The password is the District ID or the birth date.",
    "column_beyond": "A column does not exist.",
    "column_unknown": "A column is named that the header does not have, or has more than once.",
    "total_differs": "field_type_total differs from the columns of the CSV.",
    "column_in_two_names": "One column goes into two name fields.",
    "barcode_constant": "Every patron gets the same barcode.",
    "two_digit_year": "A date has a year of two digits.",
    "month_in_minutes": "A date pattern has minutes and no month.",
    # The CSV
    "csv_refused": "The CSV cannot be read as the properties file describes it.",
    "encoding_differs": "The CSV is not in the encoding that is declared.",
    "encoding_implausible": "The CSV makes little sense in the encoding that is declared.",
    "delimiter_found": "The columns are not separated by commas.",
    "header_as_data": "The first row looks like a header, and is read as a patron.",
    "data_as_header": "The row that is skipped as the header looks like a patron.",
    "header_differs": "The header has another number of columns than the rows.",
    "control_characters": "The CSV holds control characters.",
    # The rows
    "value_not_in_map": "The CSV has values that a map does not cover.",
    "map_value_never_occurs": "A map translates values that the CSV never has.",
    "site_unknown": "The CSV names sites that the district does not have.",
    "leading_zeros_lost": "Numbers seem to have lost leading zeros.",
    "digits_lost": "Long numbers were rounded.",
    "barcode_shared": "Several patrons of one site get the same barcode.",
    "text_garbled": "Texts went through a wrong encoding.",
}


def meaning(code: str) -> str:
    """Return what ``code`` means; the codes of messages about rows are those of the Job Summary."""
    if code in MEANINGS:
        return MEANINGS[code]
    entry = CATALOGUE.get(code)
    return f"{entry.label.format(field='Value', value='…', detail='…', site='…')}." if entry else code.replace("_", " ")
