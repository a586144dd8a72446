"""What all blocks of our files share: frozen, unknown keys refused, each field's docstring its documentation."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from patron_update.domain.ownership import COLUMNS, Owner
from patron_update.jobs import checks

# No control characters: these texts stand in mail subjects, headings and file names.
_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_PRINTABLE)]
_Path = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PRINTABLE)]
FolderPath = _Path
FileName = Annotated[_Path, AfterValidator(checks.file_name)]
Ownership = Annotated[
    dict[str, Owner],
    AfterValidator(checks.owned_fields),
    Field(json_schema_extra={"propertyNames": {"enum": list(COLUMNS)}}),
]
NameBelow = Annotated[_Path, AfterValidator(checks.name_below)]


def plain(docstring: str) -> str:
    """Return a docstring's text for people who read no reStructuredText: its double backticks become single ones."""
    return docstring.replace("``", "`")


class Definition(BaseModel):
    """One block of keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @property
    def fingerprint(self) -> str:
        """Return what changes when any value of the block does."""
        return sha256(self.model_dump_json().encode()).hexdigest()
