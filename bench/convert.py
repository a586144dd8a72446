"""Conversion of a CSV by a properties file, in a process of its own; prints its figures as JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.district import SITES
from bench.memory import peak_memory
from patron_update.conversion import convert_landed
from patron_update.files.workspace import RunFolder
from patron_update.jobs.reading import Reading
from patron_update.properties import read

TODAY = date(2026, 1, 12)
SITE_NAMES = {str(1000 + number): f"SITE-{number:02d}" for number in range(SITES)}


def main() -> None:
    """Convert the CSV of the second argument by the properties file of the first."""
    properties, file = map(Path, sys.argv[1:])
    reading = Reading(site_names=SITE_NAMES)
    with TemporaryDirectory(prefix="patron-update-") as place:
        folder = RunFolder(path=Path(place))
        start, busy = time.perf_counter(), time.process_time()
        convert_landed(file, folder, read(properties), reading, secret=bytes(32), today=TODAY)
        figures = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - busy, "peak": peak_memory()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
