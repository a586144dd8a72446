-- Sites that wait, from now on.
UPDATE seal SET held_sites = $1
