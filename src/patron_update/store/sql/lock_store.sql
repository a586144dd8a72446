-- Nobody else writes patrons while a change set is applied; reading goes on.
LOCK TABLE patron_site, patron IN SHARE ROW EXCLUSIVE MODE
