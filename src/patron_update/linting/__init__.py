"""Checks what a district wrote, without running it: the district, jobs, properties files and suites, and their CSV."""

from patron_update.linting.formats import to_json, to_sarif, to_text
from patron_update.linting.include import lint_file, lint_include, lint_properties
from patron_update.linting.remarks import Remark
from patron_update.linting.rows import lint_csv

__all__ = [
    "Remark",
    "lint_csv",
    "lint_file",
    "lint_include",
    "lint_properties",
    "to_json",
    "to_sarif",
    "to_text",
]
