"""`python -m patron_update.cli`."""

import sys

from patron_update.cli import main

sys.exit(main())
