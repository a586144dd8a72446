"""The vendor converter's properties language: text to model, model to results (interpreter) or to SQL; a linter.

What other rooms use stands here; the interpreter is the specification, the compiler does the work.
"""

from patron_update.properties.compiler import (
    comes_trimmed,
    compile_action,
    compile_field,
    compile_other_sites,
    compile_rules,
    makes_date,
    python_functions,
)
from patron_update.properties.dates import DatePattern, read_pattern, to_date
from patron_update.properties.findings import Finding, MistakesError
from patron_update.properties.for_file import for_file
from patron_update.properties.interpreter import fired, interpret
from patron_update.properties.linter import lint
from patron_update.properties.model import DEFAULT, Properties, Settings
from patron_update.properties.questions import (
    DateUse,
    MapUse,
    compile_unmapped_site,
    declared_dates,
    plain_columns,
    uses,
)
from patron_update.properties.reader import parse, read
from patron_update.properties.rules import ASSOCIATION, DELETE, SKIP
from patron_update.properties.template import MARK, Template
from patron_update.properties.walking import tables_in
from patron_update.properties.writer import write

__all__ = [
    "ASSOCIATION",
    "DEFAULT",
    "DELETE",
    "MARK",
    "SKIP",
    "DatePattern",
    "DateUse",
    "Finding",
    "MapUse",
    "MistakesError",
    "Properties",
    "Settings",
    "Template",
    "comes_trimmed",
    "compile_action",
    "compile_field",
    "compile_other_sites",
    "compile_rules",
    "compile_unmapped_site",
    "declared_dates",
    "fired",
    "for_file",
    "interpret",
    "lint",
    "makes_date",
    "parse",
    "plain_columns",
    "python_functions",
    "read",
    "read_pattern",
    "tables_in",
    "to_date",
    "uses",
    "write",
]
