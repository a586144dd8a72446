"""The district file: its sites with their aliases, access levels and defaults. Texts as in the job models."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from patron_update.domain.barcodes import NUMBERED
from patron_update.domain.fields import BY_NAME
from patron_update.jobs import checks
from patron_update.jobs.definition import Definition, Line, Ownership
from patron_update.jobs.mistakes import did_you_mean, shown
from patron_update.jobs.validate import validated

if TYPE_CHECKING:
    from pathlib import Path

DISTRICT_FILE = "district.yaml"

SiteName = Annotated[Line, StringConstraints(max_length=BY_NAME["siteShortName"].limit)]
Level = Annotated[Line, StringConstraints(max_length=BY_NAME["accessLevel"].limit)]
PatronType = Annotated[Line, StringConstraints(max_length=BY_NAME["patronType"].limit)]
ResourceGroup = Annotated[Line, StringConstraints(max_length=BY_NAME["resourceGroup"].limit)]
Barcode = Annotated[Line, StringConstraints(max_length=BY_NAME["barcode"].limit)]


class BarcodeRange(Definition):
    """The patron barcodes that belong to a site."""

    first: Barcode = Field(examples=["20000"])
    """Lowest barcode, in quotes so that leading zeros stay."""
    last: Barcode = Field(examples=["29999"])
    """Highest barcode, with as many characters as the lowest."""

    @model_validator(mode="after")
    def _in_order(self) -> BarcodeRange:
        if len(self.first) != len(self.last) or self.first > self.last:
            checks.refuse(
                f"found {shown(self.first)} to {shown(self.last)}. "
                "Write the lower barcode first, and both with the same number of characters."
            )
        first, last = (NUMBERED.fullmatch(text) for text in (self.first, self.last))
        if not first or not last or first[1] != last[1]:
            checks.refuse(
                f"found {shown(self.first)} to {shown(self.last)}. "
                "Let both end in a number, and let what stands before the number be the same."
            )
        return self


class Site(Definition):
    """One library of the district, or one media collection."""

    short_name: SiteName = Field(examples=["MAPLE-ES"])
    """Short name of the site: what a row's Site Short Name must say, and what the patrons are stored under."""
    name: Line = Field(examples=["Maple Elementary School"])
    """Full name of the site."""
    aliases: tuple[SiteName, ...] = Field(default=(), examples=[["0410"]])
    """Other names under which files know the site, for example the SIS's building code, in quotes."""
    kind: Literal["library", "media"] = Field(default="library", examples=["library"])
    """Kind of the site. Patrons are never transferred between ``library`` and ``media`` sites."""
    access_levels: tuple[Level, ...] = Field(min_length=1, examples=[["Patron", "Young Reader"]])
    """Access levels of the site. An update never creates one."""
    default_access_level: Level = Field(examples=["Patron"])
    """Access level of a new patron whose row names none, or one that the site does not have."""
    default_patron_type: PatronType = Field(examples=["Student"])
    """Patron type of a new patron whose row names none."""
    default_resource_group: ResourceGroup | None = Field(default=None, examples=["Textbooks"])
    """Resource group of a new patron whose row names none. null: none."""
    barcode_range: BarcodeRange | None = Field(default=None)
    """Patron barcodes that belong to this site: a new patron whose row says ``autoassign`` gets the next free one, in
    the order of the District IDs. null: none can be assigned."""
    ownership: Ownership = Field(default={}, examples=[{"nickname": "staff"}])
    """Who owns a field at this site; wins over the ``ownership`` in a job's ``options``, which explains it."""

    @model_validator(mode="after")
    def _default_is_a_level(self) -> Site:
        default = self.default_access_level
        if default not in self.access_levels:
            checks.refuse(
                f"found {shown(default)}, which is none of the site's access_levels: "
                f"{', '.join(self.access_levels)}.{did_you_mean(default, self.access_levels)}",
                "default_access_level",
            )
        return self


class District(Definition):
    """The district and its sites."""

    name: Line = Field(examples=["Springfield Unified School District"])
    """Name of the district."""
    patron_types: tuple[PatronType, ...] = Field(min_length=1, examples=[["Student", "Faculty", "Staff"]])
    """Patron types that exist from the start. An update creates others when a row names them, with a message."""
    require_district_id: bool = Field(default=False, examples=[True])
    """Whether every patron must have a District ID: then nobody is added without one, and stored patrons who lack it
    are told. It makes a difference where a job matches by barcode and site."""
    sites: tuple[Site, ...] = Field(min_length=1)
    """The sites of the district."""

    @model_validator(mode="after")
    def _names_are_clear(self) -> District:
        owners: dict[str, str] = {}
        for number, site in enumerate(self.sites):
            for name in (site.short_name, *site.aliases):
                owner = owners.get(name.casefold())
                if owner is not None:
                    checks.refuse(
                        f"{shown(name)} names {owner} and {site.short_name}. "
                        "Let no two short names or aliases be the same; upper and lower case make no difference.",
                        *("sites", number),
                        *(("short_name",) if name == site.short_name else ("aliases",)),
                    )
                owners[name.casefold()] = site.short_name
        return self

    @model_validator(mode="after")
    def _patron_types_exist(self) -> District:
        for number, site in enumerate(self.sites):
            default = site.default_patron_type
            if default not in self.patron_types:
                checks.refuse(
                    f"found {shown(default)}, which is none of the district's patron_types: "
                    f"{', '.join(self.patron_types)}.{did_you_mean(default, self.patron_types)}",
                    *("sites", number, "default_patron_type"),
                )
        return self

    @cached_property
    def site_names(self) -> dict[str, str]:
        """Every short name and alias, exactly as written, with the short name of its site."""
        return {name: site.short_name for site in self.sites for name in (site.short_name, *site.aliases)}

    @cached_property
    def _sites(self) -> dict[str, Site]:
        return {name.casefold(): site for site in self.sites for name in (site.short_name, *site.aliases)}

    def site_named(self, text: str) -> Site | None:
        """Return the site of this short name or alias, or None. Upper and lower case do not count.

        They need not: the district refuses two names that differ in nothing else.
        """
        return self._sites.get(text.casefold())


def load_district(include: Path) -> District:
    """Return the district of ``include/district.yaml``. Raises JobFileError with every mistake on its own line."""
    return validated(include / DISTRICT_FILE, District, include=include)
