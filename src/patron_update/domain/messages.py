"""The catalogue of messages about rows: stable code, severity, label, cause and remedy of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from patron_update.domain.fields import BY_NAME

SHOWN_LENGTH = 60
"""Characters of an offending value that a message keeps."""


class Severity(StrEnum):
    """What a message means for its row."""

    ERROR = "error"
    """The row was not applied."""
    WARNING = "warning"
    """The row was applied, but not quite as sent."""
    INFO = "info"
    """Worth knowing; nothing is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kind of message. ``{field}``, ``{value}`` and ``{detail}`` in its texts are filled by `Message`."""

    code: str
    severity: Severity
    label: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message about one row (``line`` is the line of the file where the row begins, None for the whole run)."""

    code: str
    line: int | None = None
    site: str | None = None
    district_id: str | None = None
    barcode: str | None = None
    field: str | None = None
    value: str | None = None
    detail: str | None = None

    @property
    def entry(self) -> Entry:
        """Return this message's kind from the catalogue."""
        return CATALOGUE[self.code]

    @property
    def severity(self) -> Severity:
        """Return the severity that the catalogue gives this code."""
        return self.entry.severity

    @property
    def label(self) -> str:
        """Return the headline, as the summary shows it."""
        return self._filled(self.entry.label)

    @property
    def cause(self) -> str:
        """Return why the message was written."""
        return self._filled(self.entry.cause)

    @property
    def remedy(self) -> str:
        """Return what to do now."""
        return self._filled(self.entry.remedy)

    def _filled(self, text: str) -> str:
        label = BY_NAME[self.field].label if self.field in BY_NAME else self.field or "value"
        known = {
            "{field}": label,
            "{site}": self.site or "",
            "{detail}": self.detail or "",
            "{value}": shown(self.value) or "",
        }
        return re.sub("|".join(known), lambda found: known[found.group()], text).strip()


def shown(value: str | None) -> str | None:
    """Return ``value`` as messages keep it: at most `SHOWN_LENGTH` characters, the cut marked by an ellipsis."""
    return None if value is None else cut(value)


def cut(value: str) -> str:
    """Return a text as messages keep it."""
    return value if len(value) <= SHOWN_LENGTH else value[: SHOWN_LENGTH - 1] + "…"


def printable(text: str, longest: int | None = None) -> str:
    """Return ``text`` without what a terminal would act on, cut to ``longest`` characters as `shown` cuts."""
    cut = text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(character if character.isprintable() else "�" for character in cut)


E_, W_, I_ = Severity.ERROR, Severity.WARNING, Severity.INFO

_ENTRIES: tuple[tuple[str, Severity, str, str, str], ...] = (
    # Reading the file
    ("row_blank", I_, "Blank line skipped", "The line holds no value.", "Nothing to do."),
    (
        "row_skipped_by_rule",
        I_,
        "Row skipped by a rule",
        "{detail} of the properties file says that such a row is left out.",
        "Nothing to do, unless the rule catches rows that it should not.",
    ),
    (
        "row_header",
        I_,
        "Line of a header skipped",
        "The line says what the header says, as in files put together, or only underlines it.",
        "Nothing to do; whoever makes the file could leave it out.",
    ),
    (
        "row_footer",
        I_,
        "Footer line skipped",
        "The line stands at the end of the file and only counts or closes the rows.",
        "Nothing to do; the SIS export could leave it out.",
    ),
    (
        "row_too_few_columns",
        E_,
        "Too few columns",
        "The row has fewer columns than the file's other rows: {detail}.",
        "Look for a missing comma or a line break inside an unquoted value.",
    ),
    (
        "row_too_many_columns",
        E_,
        "Too many columns",
        "The row has more columns than the file's other rows: {detail}.",
        "Values that contain the delimiter must stand in double quotes.",
    ),
    (
        "row_unreadable",
        E_,
        "Row could not be read",
        "The row is no valid CSV: {detail}.",
        "Correct the row in the SIS export; a quote inside a quoted value is written twice, and no text has a NUL.",
    ),
    # Converting columns to fields
    (
        "value_too_long",
        W_,
        "{field} too long; shortened to fit",
        "The value is longer than {detail} characters.",
        "Shorten the value in the SIS.",
    ),
    (
        "date_invalid",
        W_,
        "{field} invalid; field left untouched",
        "'{value}' is no date{detail}.",
        "Correct the date in the SIS, or the DATE pattern in the properties file.",
    ),
    (
        "graduation_year_invalid",
        W_,
        "Graduation Year invalid; field left untouched",
        "'{value}' is no year of four digits.",
        "Send the year as YYYY.",
    ),
    (
        "flag_invalid",
        W_,
        "{field} invalid; not changed",
        "'{value}' is none of True, False, T, F, Y, N, 1, 0.",
        "Map the column to True or False.",
    ),
    (
        "gender_invalid",
        W_,
        "Gender was blank or invalid; set to Unspecified",
        "'{value}' is none of M, F, U.",
        "Map other values to U.",
    ),
    (
        "status_unknown",
        W_,
        "Status was blank or unknown; left untouched",
        "'{value}' is none of A, I, R (Active, Inactive, Restricted). A new patron becomes Active.",
        "Map the SIS's words to A, I or R.",
    ),
    (
        "status_defaulted",
        W_,
        "Status was blank or unknown; set to Active",
        "'{value}' is none of A, I, R (Active, Inactive, Restricted), and option unknown_status is active.",
        "Map the SIS's words to A, I or R: an unmapped word for leavers makes them active.",
    ),
    (
        "status_rejected",
        E_,
        "Status was unknown; row rejected",
        "'{value}' is none of A, I, R (Active, Inactive, Restricted), and option unknown_status is reject.",
        "Map the SIS's words to A, I or R.",
    ),
    (
        "barcode_autoassign_refused",
        E_,
        "Barcode cannot be autoassigned",
        "The update matches by barcode and site, and a barcode that is yet to be chosen matches nobody.",
        "Send barcodes, or match by District ID.",
    ),
    (
        "reactivated",
        I_,
        "Patron is active again",
        "The patron was inactive. The row says otherwise, or names a patron whom an update missed and inactivated.",
        "Nothing to do.",
    ),
    (
        "district_id_required",
        E_,
        "District ID is required",
        "The row has no District ID, and the update matches by it, or the district wants every patron to have one.",
        "Fill the District ID in the SIS.",
    ),
    (
        "district_id_missing",
        W_,
        "District ID is required for all patrons; District ID was blank",
        "The stored patron has no District ID, the row sends none, and the district wants every patron to have one.",
        "Fill the District ID in the SIS as soon as possible.",
    ),
    (
        "district_id_blank",
        W_,
        "District ID is required for all patrons; District ID was blank; the stored one is kept",
        "The row clears the District ID, and the district wants every patron to have one.",
        "Fill the District ID in the SIS, or write the column with omit.",
    ),
    (
        "district_id_too_long",
        E_,
        "Unable to match using District ID; it exceeds the maximum length of 40 characters",
        "A District ID that was cut could match another patron.",
        "Check the column that the properties file maps to districtID.",
    ),
    (
        "match_criteria_missing",
        E_,
        "No match criteria specified",
        "The update matches by barcode and site and the row has neither.",
        "Fill both in the SIS.",
    ),
    (
        "barcode_criteria_missing",
        E_,
        "No barcode match criteria specified",
        "The update matches by barcode and site and the row has no barcode.",
        "Fill the barcode in the SIS.",
    ),
    (
        "site_criteria_missing",
        E_,
        "No site short name match criteria specified",
        "The update matches by barcode and site and the row has no site.",
        "Fill the site in the SIS, or set SiteShortNameDefault in the properties file.",
    ),
    (
        "barcode_too_long",
        E_,
        "Unable to match using Barcode; it exceeds the maximum length of 14 characters",
        "A barcode that was cut could match another patron.",
        "Check the column that the properties file maps to barcode.",
    ),
    (
        "site_required",
        E_,
        "Site short name is required",
        "The row names no site and the properties file sets no SiteShortNameDefault.",
        "Fill the site in the SIS, or set SiteShortNameDefault in the properties file.",
    ),
    (
        "site_unmapped",
        E_,
        "No map entry for the site {value}",
        "The properties file translates the site by the map {detail}, which has no entry for {value}.",
        "Add a line map_{detail}_{value}=… with the site's short name to the properties file, or correct the SIS.",
    ),
    (
        "duplicate_row",
        I_,
        "Row stands more than once in the file; used once",
        "The same values stand on {detail}.",
        "Nothing to do; the SIS export could leave the copy out.",
    ),
    (
        "duplicate_key",
        E_,
        "Two rows for the same patron contradict each other",
        "Another row about the same patron stands on {detail} and says something else; none of the rows was applied.",
        "Keep one row per patron in the SIS export.",
    ),
    # Validating
    (
        "expectation_warning",
        W_,
        "{field}: expectation not met",
        "{field} '{value}' does not meet: {detail}.",
        "Correct the value in the SIS, or the expectation in the job's suite.",
    ),
    (
        "expectation_rejected",
        E_,
        "{field}: expectation not met; row held out",
        "{field} '{value}' does not meet: {detail}.",
        "Correct the value in the SIS, or the expectation in the job's suite.",
    ),
    (
        "expectation_file_warning",
        W_,
        "Expectation about the whole file not met",
        "{detail}.",
        "Look at the file before the next run, or correct the expectation in the job's suite.",
    ),
    # Matching with the stored patrons
    (
        "site_unknown",
        E_,
        "Site short name '{value}' does not exist",
        "No site of the district has this short name or alias.",
        "Add it to include/district.yaml as a site or an alias, or map the value in the properties file.",
    ),
    (
        "last_name_required",
        E_,
        "Last name is required for all patrons",
        "The row would add a patron without a last name.",
        "Fill the last name in the SIS.",
    ),
    (
        "last_name_blank",
        W_,
        "Last name was blank; the stored one is kept",
        "The row clears the last name, which every patron needs.",
        "Fill the last name in the SIS.",
    ),
    (
        "barcode_required",
        E_,
        "Barcode is required for all patrons; Barcode was blank",
        "The row would add a patron without a barcode.",
        "Fill the barcode in the SIS.",
    ),
    (
        "barcode_blank",
        W_,
        "Barcode was blank; the stored one is kept",
        "The row clears the barcode, which every patron needs.",
        "Fill the barcode in the SIS, or write the column with omit.",
    ),
    (
        "access_level_defaulted",
        W_,
        "Access level was not specified; using the default ({detail})",
        "The row leaves the access level blank.",
        "Fill or map the access level.",
    ),
    (
        "access_level_unknown",
        W_,
        "Access level ({value}) was unknown; using the default ({detail})",
        "The site has no access level of this name; access levels are never created by an update.",
        "Add the access level to the site in include/district.yaml, or map the value.",
    ),
    (
        "patron_type_defaulted",
        W_,
        "Patron Type was blank; used the default ({detail})",
        "The row leaves the patron type blank.",
        "Fill or map the patron type.",
    ),
    (
        "resource_group_defaulted",
        W_,
        "Resource Group was not specified; using the default ({detail})",
        "The row leaves the resource group blank.",
        "Fill or map the resource group.",
    ),
    (
        "password_without_username",
        W_,
        "Password left untouched: the patron has no user name",
        "The row sends a password, and neither the row nor the stored patron has a user name to log in with.",
        "Send the user name too.",
    ),
    (
        "patron_type_created",
        I_,
        "Patron Type '{value}' was created",
        "The district had no patron type of exactly this name{detail}.",
        "If it is a misspelling, correct or map it; otherwise give the new type its loan policy.",
    ),
    # Conflicts: the row's patron stands in the message's columns, the other one in {detail}
    (
        "barcode_taken",
        E_,
        "Patron's new barcode '{value}' is already assigned to another patron",
        "At site {site} the barcode belongs to {detail}: somebody else, it seems.",
        "Correct the barcode in the SIS, give the other patron another one (rebarcode), or leave it.",
    ),
    (
        "barcode_taken_same_person",
        E_,
        "Patron's new barcode '{value}' is already assigned to another patron, who seems to be the same person",
        "At site {site} the barcode belongs to {detail}. Patrons who were entered by hand look like this.",
        "If both are one person, adopt: the stored patron gets the row's District ID. If not, rebarcode.",
    ),
    (
        "barcode_taken_twin",
        E_,
        "Patron's new barcode '{value}' is already assigned to another patron, who seems to be the same person",
        "At site {site} the barcode belongs to {detail}; the row's own patron is stored, too.",
        "If both are one person, merge: the row's own patron is kept. If not, rebarcode the other.",
    ),
    (
        "barcode_taken_other_range",
        E_,
        "Patron's new barcode '{value}' is already assigned to a patron of another type",
        "At site {site} the barcode belongs to {detail}. The numbers of different kinds of patrons overlap.",
        "Set the numbers apart by a letter in the properties file, or give the other one another barcode (rebarcode).",
    ),
    (
        "barcode_taken_at_target",
        E_,
        'Barcode "{value}" already exists at target site',
        "At site {site}, to which the patron would come, the barcode belongs to {detail}: somebody else, it seems.",
        "Correct the barcode in the SIS, give the other patron another one (rebarcode), or leave it.",
    ),
    (
        "barcode_taken_at_target_twin",
        E_,
        'Barcode "{value}" already exists at target site; its patron seems to be the same person',
        "At site {site}, to which the patron would come, the barcode belongs to {detail}.",
        "If both are one person, merge: the row's own patron is kept. If not, rebarcode the other.",
    ),
    (
        "barcode_wanted_twice",
        E_,
        "Two rows of the file want barcode '{value}'",
        "At site {site} the barcode would belong to {detail}, too; none of the rows was applied.",
        "Correct one of the rows in the SIS.",
    ),
    (
        "username_taken",
        E_,
        "Duplicates another patron's user name '{value}'",
        "User names are unique in the district; this one belongs to {detail}.",
        "Make the user name unique in the SIS, or leave it.",
    ),
    (
        "username_taken_same_person",
        E_,
        "Duplicates the user name '{value}' of a patron who seems to be the same person",
        "User names are unique in the district; this one belongs to {detail}, who has no District ID or another one.",
        "If both are one person, adopt: the stored one gets the row's District ID. If not, make the user name unique.",
    ),
    (
        "username_taken_twin",
        E_,
        "Duplicates the user name '{value}' of a patron who seems to be the same person",
        "User names are unique in the district; this one belongs to {detail}; the row's own patron is stored, too.",
        "If both are one person, merge: the row's own patron is kept. If not, make the user name unique.",
    ),
    (
        "username_wanted_twice",
        E_,
        "Two rows of the file want the user name '{value}'",
        "User names are unique; this one would belong to {detail}, too; none of the rows was applied.",
        "Make the user name unique in the SIS.",
    ),
    (
        "district_id_taken",
        E_,
        "District ID '{value}' is already assigned to another patron",
        "District IDs are unique in the district; this one belongs to {detail}.",
        "Match by District ID if it is one patron with a new site or barcode. If not, correct the SIS. Or leave it.",
    ),
    (
        "district_id_taken_twin",
        E_,
        "District ID '{value}' is already assigned to another patron, who seems to be the same person",
        "District IDs are unique in the district; this one belongs to {detail}; the row's own patron is stored, too.",
        "If both are one person, merge: the row's own patron is kept. If not, correct the SIS.",
    ),
    (
        "district_id_wanted_twice",
        E_,
        "Two rows of the file want the District ID '{value}'",
        "District IDs are unique; this one would belong to {detail}, too; none of the rows was applied.",
        "Correct one of the rows in the SIS.",
    ),
    (
        "claim_waits",
        E_,
        "{field} '{value}' is to be given up by a row that is held itself",
        "It belongs to {detail}, whose row gives it up but cannot be applied.",
        "Settle that row; this one goes on by itself then.",
    ),
    (
        "site_waits",
        E_,
        "Waits because more changes at its site than the job allows",
        "Nothing was changed at {detail}: it passed a limit of the job, and every patron of it waits.",
        "Look at what would change there: have a wrong file exported again; approve a right one.",
    ),
    # Identity: whom a row means beyond its key
    (
        "identity_change_proposed",
        E_,
        "Seems to be a patron under a new District ID; nobody was added",
        "The District ID is new, and the file names somebody else, or nobody, by that of {detail}; 100 are enough.",
        "Decide whether both are one person: same or different.",
    ),
    (
        "district_id_recycled",
        E_,
        "The District ID comes with another name and birth date; the patron was not renamed",
        "The District ID belongs to {detail}; -150 are enough.",
        "Decide whether both are one person: same or different; different and one barcode: rebarcode as well.",
    ),
    (
        "identity_decided",
        I_,
        "Taken for the patron that was decided",
        "A person has decided that the row is {detail}, whose District ID is the row's now.",
        "Nothing to do.",
    ),
    (
        "identity_refused",
        E_,
        "Decided to be a patron whom the file names, too",
        "A person has decided that the row is {detail}; but the file names that one by another row, too.",
        "Correct the SIS, or decide 'different': about the other row if its District ID is a new person's, else here.",
    ),
    (
        "conflict_left",
        E_,
        "Conflict about {field} '{value}' is left as it is",
        "The conflict is with {detail}. A person has decided to leave it; the row is not applied.",
        "Nothing to do. To have it asked again: ask.",
    ),
    (
        "patron_named_twice",
        E_,
        "Two rows name the same patron",
        "The patron is named twice: by this row, and by {detail} with another site or barcode.",
        "Send one row per patron, with the site that is to be the primary one.",
    ),
    # Patrons whom the file no longer names
    (
        "missing_inactivated",
        I_,
        "Patron is missing from the file; set to Inactive",
        "The job brought the patron in, and its file has not named the patron {detail}.",
        "Nothing to do when the patron has left. The patron comes back with the next row that names it.",
    ),
    (
        "missing_waiting",
        I_,
        "Patrons are missing from the file, but not for long enough: {value}",
        "They are inactivated when they stay missing for the days and the Full updates that the job asks for.",
        "Nothing to do.",
    ),
    (
        "missing_elsewhere",
        I_,
        "Patrons are missing from the file, but another job names them: {value}",
        "Jobs whose last files named them: {detail}. As long as one does, they are not inactivated.",
        "Nothing to do. A job that is gone for good goes on naming its patrons until: patron-update remaster JOB.",
    ),
    (
        "absence_not_counted",
        W_,
        "Nobody was inactivated for missing from the file: the file may not be complete",
        "{detail}. Missing patrons are neither counted nor inactivated by this run.",
        "Correct the rows in the SIS, or 'minimum_records' in the job file.",
    ),
    # Values that staff edited
    (
        "staff_edit_overwritten",
        W_,
        "{field} was edited by staff; overwritten",
        "Staff had changed it to '{value}'; the SIS still sends '{detail}', and the field belongs to the source.",
        "Correct the value in the SIS, or name another owner under 'ownership' in the job or the district file.",
    ),
    (
        "staff_edit_kept",
        I_,
        "{field} was edited by staff; kept",
        "The stored value is '{value}'; the SIS still sends '{detail}', which its owner or a decision keeps out.",
        "Nothing to do; the SIS could be corrected.",
    ),
    (
        "changed_by_both",
        W_,
        "{field} was changed by staff and by the SIS",
        "Since the last update staff changed it to '{value}' and the SIS sends another value than before: {detail}.",
        "Find out which value is right; correct the other.",
    ),
    (
        "transfer_between_kinds",
        E_,
        "Unable to transfer patron between media sites and other sites",
        "The patron's site and the row's site are of different kinds: {detail}.",
        "Move the patron by hand.",
    ),
    (
        "barcode_assigned",
        I_,
        "Barcode {value} was assigned",
        "The row asks for a barcode; this was the next free one of the site's range.",
        "Print the card.",
    ),
    (
        "barcode_range_missing",
        E_,
        "Barcode cannot be autoassigned: site {detail} has no range",
        "The row asks for a barcode, and include/district.yaml names no barcodes that belong to the site.",
        "Give the site a barcode_range in include/district.yaml, or send barcodes.",
    ),
    (
        "barcode_range_exhausted",
        E_,
        "Barcode cannot be autoassigned: the range of site {detail} is used up",
        "Every barcode of the site's range in include/district.yaml belongs to somebody or stands in the file.",
        "Widen the site's barcode_range.",
    ),
    # Associating
    (
        "primary_site_chosen",
        I_,
        "{detail} became the primary site",
        "Association rules fire for every row of the new patron; the first site by name became the primary one.",
        "Let one row of the patron be without the association rule's mark: its site becomes the primary one.",
    ),
    (
        "association_between_kinds",
        E_,
        "Unable to associate patron with media sites and other sites",
        "The patron's primary site and the row's site are of different kinds: {detail}.",
        "Give the patron a record of its own at the other site, by hand.",
    ),
    (
        "association_waits",
        E_,
        "Row waits for the patron's own row",
        "The row that speaks for the patron, {detail}, is held, or rejected where the patron is new.",
        "Settle what holds that row; this one follows.",
    ),
    (
        "other_site_unknown",
        W_,
        "Further site '{value}' does not exist",
        "No site of the district has this short name or alias; the patron is not associated with it.",
        "Add it to include/district.yaml as a site or an alias, or correct it in the SIS.",
    ),
    (
        "other_site_between_kinds",
        W_,
        "Further site left out: media sites and other sites do not mix",
        "The row's site and the further site are of different kinds: {detail}.",
        "Leave the site out of the row.",
    ),
    # Deleting
    (
        "deletion_no_match",
        I_,
        "Nobody to delete",
        "A delete rule fires for the row, and it matches no patron: there was none, or it is deleted already.",
        "Nothing to do.",
    ),
    (
        "deletion_elsewhere",
        I_,
        "Not deleted: the patron is not at this site",
        "A delete rule fires for the row, but the patron is associated with other sites only: {detail}.",
        "Nothing to do if the patron moved; otherwise send the row with the site to delete the patron from.",
    ),
    (
        "deletion_of_another",
        E_,
        "Not deleted: the barcode is another patron's",
        "A delete rule fires for the row, but its barcode belongs to {detail}, and the row has another District ID.",
        "Nothing to do if the row's patron is gone already: take the row out of the file. If not, correct its barcode.",
    ),
    (
        "deletion_waits",
        E_,
        "Not deleted yet: row waits for another row about the patron",
        "A delete rule fires for the row, but {detail} speaks for the same patron, and is held or rejected.",
        "Settle what keeps that row from being applied; this one follows.",
    ),
    (
        "association_ended",
        I_,
        "Patron deleted from this site; it stays at {detail}",
        "A delete rule fires for the row, and the patron is associated with other sites too.",
        "Nothing to do.",
    ),
    (
        "deletion_refused",
        E_,
        "Not deleted: loans or fines are outstanding",
        "A delete rule fires for the row, but the patron still has items: {detail}.",
        "Check in the items and settle the fines; every run tries again. Or set option delete_with_outstanding.",
    ),
    (
        "deleted_with_outstanding",
        W_,
        "Patron deleted with outstanding items",
        "The patron had {detail}. Loans became lost; fines, holds and reserves were deleted.",
        "Look for the lost items; the store keeps what was lost and by whom.",
    ),
    # Taking back
    (
        "taken_back",
        E_,
        "Would do again what was taken back; held until somebody decides",
        "A run had applied this, and {detail} took it back.",
        "Correct the SIS, or let the row do it again: again. To have all of it again, take back the undo.",
    ),
    (
        "not_taken_back",
        W_,
        "Not taken back: {detail}",
        "A run was taken back, but not this part of it: {detail}.",
        "Nothing to do if it is right as it is. `patron-update history` tells what it was before; staff can set it.",
    ),
    # Freeze calendar
    (
        "patron_frozen",
        E_,
        "Waits for the end of the job's freeze",
        "The patron stays as it is, since the job's freeze calendar says: {detail}.",
        "Nothing to do: the first run after the freeze does it.",
    ),
)

OF_UNDO = frozenset({"not_taken_back", "taken_back"})
"""Codes that are told only where a run was taken back."""
RARE = OF_UNDO | {"patron_frozen", "missing_elsewhere", "district_id_blank", "row_header"}
RARE |= {"deletion_of_another", "deletion_waits"}
"""Codes that nothing in the sample district leads to."""

CATALOGUE: dict[str, Entry] = {
    code: Entry(code=code, severity=severity, label=label, cause=cause, remedy=remedy)
    for code, severity, label, cause, remedy in _ENTRIES
}
