"""How much memory a process has had at its most."""

from __future__ import annotations

from pathlib import Path


def peak_memory(process: int | str = "self") -> int:
    """Return the peak in bytes, shared memory included. Raises OSError or StopIteration when the process has ended.

    Not `getrusage`: there a process begins with the peak of the one that started it.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
