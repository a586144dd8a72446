from __future__ import annotations

import pytest

from patron_update.properties import MARK, parse
from patron_update.properties.dates import read_pattern
from patron_update.properties.findings import SyntaxMistakeError

DATES = [
    ("MM/dd/yyyy", "12/31/2013", "12/31/2013"),
    ("MM/dd/yyyy", "1/2/2013", "01/02/2013"),
    ("M/d/yyyy", "01/2/2013", "01/02/2013"),
    ("MM/dd/yyyy", " 01/02/2013 ", "01/02/2013"),
    ("MM/dd/yyyy", "02/30/2013", None),
    ("MM/dd/yyyy", "02/29/2013", None),
    ("MM/dd/yyyy", "02/29/2016", "02/29/2016"),
    ("MM/dd/yyyy", "13/01/2013", None),
    ("MM/dd/yyyy", "01/02/13", None),
    ("MM/dd/yyyy", "01/02/20133", None),
    ("MM/dd/yyyy", "01/02/2013 00:00", None),
    ("MM/dd/yyyy", "01-02-2013", None),
    ("MM/dd/yyyy", "01/02/0000", None),
    ("MM/dd/yyyy", "01/02/0987", None),
    ("MM/dd/yyyy", "\u0660\u0661/02/2013", None),
    ("MM/dd/yyyy", "0/0/2013", None),
    ("yyyy-MM-dd", "2013-2-3", "02/03/2013"),
    ("yyyy-MM-dd", "2013-02", None),
    ("yyyyMMdd", "20130203", "02/03/2013"),
    ("yyyyMMdd", "2013023", None),
    ("yyyyMMd", "2013023", "02/03/2013"),
    ("yyyyMMdd", "2013-02-03", None),
    ("MM/dd/yy", "02/03/37", "02/03/2037"),
    ("MM/dd/yy", "02/03/38", "02/03/1938"),
    ("MM/dd/yy", "02/03/99", "02/03/1999"),
    ("MM/dd/yy", "02/03/00", "02/03/2000"),
    ("MM/dd/yy", "02/03/2013", "02/03/2013"),
    ("yyMMdd", "130203", "02/03/2013"),
    ("dd-MMM-yyyy", "03-Feb-2013", "02/03/2013"),
    ("dd-MMM-yyyy", "3-FEBRUARY-2013", "02/03/2013"),
    ("dd-MMM-yyyy", "03-02-2013", None),
    ("dd-MMM-yyyy", "03-Sept-2013", None),
    ("dd-MMM-yyyy", "03-\u017fep-2013", None),
    ("MMMM d, yyyy", "May 3, 2013", "05/03/2013"),
    ("EEE dd MMM yy", "Sun 03 feb 13", "02/03/2013"),
    ("yyyy-MM-dd HH:mm:ss.S", "2013-02-03 07:08:09.0", "02/03/2013"),
    ("yyyy-MM-dd'T'HH:mm:ssX", "2013-02-03T07:08:09+01:00", "02/03/2013"),
    ("MM/dd/yyyy hh:mm a", "02/03/2013 07:08 PM", "02/03/2013"),
    ("d. MMMM yyyy 'o''clock'", "3. March 2013 o'clock", "03/03/2013"),
    ("MM/yyyy", "02/2013", "02/01/2013"),
    ("yyyy", "2013", "01/01/2013"),
    ("dd.MM.yyyy", "03x02.2013", None),
    ("'%d'dd%MM%yyyy", "%d03%02%2013", "02/03/2013"),
]


@pytest.mark.parametrize(("pattern", "text", "date"), DATES)
def test_a_date_is_read(both, pattern, text, date):
    properties = parse(f"field_birthdate={{1,date,{pattern},omit}}", "example")

    assert both(properties, "birthdate", [[text]]) == [date or MARK + text.strip()]


@pytest.mark.parametrize(
    "pattern", ["", "MM/dd", "yyyy-yyyy", "MM/dd/yyyy 'open", "dd/bb/yyyy", "uuuu-MM-dd", "DD/yyyy"]
)
def test_a_pattern_that_gives_no_date_is_refused(pattern):
    with pytest.raises(SyntaxMistakeError):
        read_pattern(pattern)
