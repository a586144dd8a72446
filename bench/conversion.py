"""`python -m bench.conversion 1000000`: conversion, lint and patron XML, each round beside DuckDB's read."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import district, yardsticks
from bench.report import CONVERSION, LINT, MIB

HERE = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure a file of so many rows, each time in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lint", action="store_true", help="lint too, once a round")
    parser.add_argument("--xml", action="store_true", help="patron XML too: written and read again, once a round")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="patron-update-bench-") as place:
        folder = Path(place)
        file, _ = district.make(folder / "include", folder, options.rows)
        properties = folder / "include" / "properties" / f"{district.JOB}.properties"
        for _ in range(options.rounds):
            read, reading = yardsticks.duckdb_seconds(file)
            found = _process("bench.convert", properties, file)
            told = f"read {read:.2f} s; conversion {found['seconds']:.2f} s, {found['seconds'] / read:.2f} reads"
            cpu = f"CPU {found['cpu']:.2f} s, {found['cpu'] / reading:.2f} reads'"
            print(f"{told} (at most {CONVERSION}), {cpu}, peak {found['peak'] / MIB:.0f} MiB")
            if options.lint:
                lint = _process("bench.lint", properties, file)
                ratio = lint["seconds"] / found["seconds"]
                told = f"lint {lint['seconds']:.2f} s, {ratio:.2f} conversions (at most {LINT})"
                print(f"{told}, peak {lint['peak'] / MIB:.0f} MiB")
            if options.xml:
                xml = _process("bench.xml", properties, file)
                for name in ("write", "read"):
                    ratio, busy = xml[name] / found["seconds"], xml[f"{name}_cpu"]
                    told = f"XML {name} {xml[name]:.2f} s, {ratio:.2f} conversions, CPU {busy:.2f} s"
                    print(f"{told}, {busy / found['cpu']:.2f} conversions', peak {xml['peak'] / MIB:.0f} MiB")


def _process(module: str, *arguments: Path) -> dict[str, float]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    main()
