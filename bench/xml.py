"""Patron XML written from converted records and read again, in a process of its own; prints its figures as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.convert import SITE_NAMES, TODAY
from bench.memory import peak_memory
from patron_update.conversion import convert_landed
from patron_update.files.convert import convert_patron_xml
from patron_update.files.export import write_records
from patron_update.files.workspace import RunFolder
from patron_update.jobs.reading import Reading
from patron_update.properties import read


def main() -> None:
    """Convert the CSV of the second argument, write the records as patron XML, and make records of that."""
    properties, file = map(Path, sys.argv[1:])
    with TemporaryDirectory(prefix="patron-update-") as place:
        folders = [RunFolder(path=Path(place) / name) for name in ("csv", "xml")]
        for folder in folders:
            folder.path.mkdir()
        convert_landed(
            file, folders[0], read(properties), Reading(site_names=SITE_NAMES), secret=bytes(32), today=TODAY
        )
        xml = Path(place) / "patrons.xml"
        start, busy = time.perf_counter(), time.process_time()
        with xml.open("w", encoding="utf-8") as out:
            written = write_records(folders[0], "xml", out)
        between, busy_between = time.perf_counter(), time.process_time()
        result, _ = convert_patron_xml(xml, folders[1], site_names=SITE_NAMES, secret=bytes(32))
        end, busy_end = time.perf_counter(), time.process_time()
        if result.alive != written:
            sys.exit(f"{written:,} patrons were written, {result.alive:,} read")
        figures = {
            "write": between - start,
            "read": end - between,
            "write_cpu": busy_between - busy,
            "read_cpu": busy_end - busy_between,
            "peak": peak_memory(),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
