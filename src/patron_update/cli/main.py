"""The commands together: `patron-update COMMAND`."""

from __future__ import annotations

import argparse
import sys
import textwrap
from typing import TYPE_CHECKING

from patron_update.cli import files, past, people, runs
from patron_update.cli.words import FAILED
from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 when all is well, 1 when something is wrong in the world, 2 on wrong usage."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except PatronUpdateError as error:
        print(f"patron-update: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return FAILED
    except KeyboardInterrupt:
        print("patron-update: stopped; nothing is half applied.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="patron-update",
        description="Bring library patrons from a SIS export into the district's patron database.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=textwrap.dedent(
            """\
            environment:
              PATRON_UPDATE_INCLUDE       jobs/, properties/, expectations/ and district.yaml (default ./include)
              PATRON_UPDATE_HOME          workspace for landed files, records and summaries (default ./var)
              PATRON_UPDATE_DATABASE_URL  the patron database (default: an embedded PostgreSQL below the workspace)
              PATRON_UPDATE_UNDO_DAYS     how long a run can be taken back (default 90, the least)
              AIRFLOW_CONN_<CONNECTION>   log-in of an SFTP connection, as JSON or URI, in Airflow's own form

            exit codes: 0 all is well; 1 something is wrong, as told; 2 wrong usage
            """
        ),
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: Callable[[argparse.Namespace], int], epilog: str = "") -> argparse.ArgumentParser:
        about = (does.__doc__ or "").strip()
        made = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=textwrap.dedent(epilog),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=does)
        return made

    for group in (files, runs, people, past):
        group.add(command)
    return parser
