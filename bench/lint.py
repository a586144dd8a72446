"""Lint of the properties file against the CSV, in a process of its own; prints its figures as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.memory import peak_memory
from patron_update.files import convert, survey  # noqa: F401 - imports are told apart from the work
from patron_update.linting import lint_properties


def main() -> None:
    """Lint the properties file of the first argument against the CSV of the second."""
    start = time.perf_counter()
    remarks = list(lint_properties(Path(sys.argv[1]), Path(sys.argv[2])))
    seconds = time.perf_counter() - start
    peak = peak_memory()
    print(json.dumps({"seconds": seconds, "peak": peak, "remarks": len(remarks)}))


if __name__ == "__main__":
    main()
