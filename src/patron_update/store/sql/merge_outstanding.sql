-- Whatever is outstanding is outstanding still.
UPDATE outstanding SET patron_id = $1
WHERE patron_id = $2
