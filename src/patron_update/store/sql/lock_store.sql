-- Nobody else writes patrons, or lends them anything, while a change set is applied; reading goes on.
LOCK TABLE patron_site, patron, outstanding IN SHARE ROW EXCLUSIVE MODE
