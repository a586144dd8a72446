"""Free ports on this machine's own address; nothing here is reachable from outside."""

from __future__ import annotations

import socket
from itertools import islice

from patron_update.errors import SettingsError

HOST = "127.0.0.1"
TRIES = 50


def free_port(wanted: int) -> int:
    """Return ``wanted``, or the next port above it that is free. Raises SettingsError when fifty in a row are taken."""
    for port in islice(range(wanted, 65536), TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise SettingsError(
        f"The ports {wanted} to {wanted + TRIES - 1} of {HOST} are all taken. Set PATRON_UPDATE_PORT to a free one."
    )
