"""``python -m patron_update.embedded demo|up|clean``: what ``make`` starts under these names."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from patron_update.embedded.progress import say
from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from types import FrameType

LOOK_SECONDS = 1.0


class Ended(BaseException):
    """Somebody asked the launcher to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m patron_update.embedded", description=__doc__)
    parser.add_argument("command", choices=["demo", "up", "clean"])
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one is gone")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, _end_once)
    if options.with_parent:
        threading.Thread(target=_end_with_parent, args=[os.getppid()], daemon=True).start()
    try:
        from patron_update.embedded import demo

        return {"demo": demo.demo, "up": demo.up, "clean": demo.clean}[options.command]()
    except PatronUpdateError as error:
        sys.stdout.flush()
        sys.stderr.write(f"\nmake {options.command} stopped: {error}\n")
        return 1
    except Ended as ended:
        say("Ended; no process is left.")
        # Ctrl-C is how one leaves ``up``.
        return 0 if options.command == "up" else 128 + ended.number


def _end_once(number: int, _: FrameType | None) -> None:
    """Begin to end; further signals do not disturb that."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Ended(number)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
