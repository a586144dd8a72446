"""The messages of the system that this one re-implements, and which of ours says the same."""

ORIGINAL: dict[str, str] = {
    "… too long; shortened to fit": "value_too_long",
    "Access level was not specified; using the default": "access_level_defaulted",
    "Access level (…) was unknown; using the default": "access_level_unknown",
    "Barcode … already exists at target site": "barcode_taken_at_target",
    "Barcode is required for all patrons; Barcode was blank": "barcode_blank",
    "Barcode is required for all patrons; Barcode was blank; ignored": "barcode_required",
    "Birth Date invalid; field left untouched": "date_invalid",
    "Card Expiration invalid; field left untouched": "date_invalid",
    "District ID is required": "district_id_required",
    "District ID is required for all patrons; … blank. Please add … as soon as possible": "district_id_missing",
    "Duplicates another patron's user name": "username_taken",
    "Gender was blank or invalid; set to Unspecified": "gender_invalid",
    "Graduation Year invalid; field left blank": "graduation_year_invalid",
    'Invalid Teaching Status. Expecting "True" or "False"; not changed': "flag_invalid",
    "Last name is required …; Last name was blank; ignored": "last_name_required",
    "Last name is required …; Last name was missing": "last_name_blank",
    "No barcode match criteria specified": "barcode_criteria_missing",
    "No match criteria specified": "match_criteria_missing",
    "No site short name match criteria specified": "site_criteria_missing",
    "Patron's new barcode … is already assigned to another patron": "barcode_taken",
    "Patron Type was blank; used the default": "patron_type_defaulted",
    "Site short name … does not exist": "site_unknown",
    "Site short name is required": "site_required",
    "Resource Group was not specified; using the default": "resource_group_defaulted",
    "Status was blank or unknown; set to Active": "status_defaulted",
    "Unable to match using District ID; … exceeds maximum length of 40 characters": "district_id_too_long",
    "Unable to transfer patron between media sites / non-media sites": "transfer_between_kinds",
}
"""The original's label, as far as it is known, and the code of our message."""

ON_SAVING: dict[str, str] = {
    "Patron XML records read must be between 0 and 999,999": "minimum_records",
    "Number of days before inactivating patrons must be between 0 and 999": "after_days",
    "The Inactivate patrons option must be enabled to set the Homeroom …": "homeroom",
}
"""Labels that the original's form shows when a schedule is saved, and the key below ``inactivate_missing`` that has the
same limits here. Ours are told before a run: by `patron-update lint` and by the job's page, with the file's line."""
