-- Nobody else writes patrons, or lends them anything, while a change set is applied; reading goes on
-- (see bulk_begin.sql for a store that is empty so far).
LOCK TABLE patron_site, patron, outstanding IN SHARE ROW EXCLUSIVE MODE
