"""Print the Airflow connection to the sample SFTP server, as ``airflow connections import`` reads it.

The password comes from the environment, as the server's own does; the host key is read from the server's key file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from patron_update.embedded.drop import CONNECTION, SFTP_USER
from patron_update.embedded.sftp import PASSWORD_VARIABLE, SampleSftpServer


def main() -> int:
    """Print the connection."""
    parser = argparse.ArgumentParser(prog="python -m patron_update.embedded.sample_connection", description=__doc__)
    parser.add_argument("--host", required=True, help="name under which Airflow reaches the server")
    parser.add_argument("--port", type=int, required=True, help="its port")
    parser.add_argument("--host-key-file", type=Path, required=True, help="the server's private host key")
    options = parser.parse_args()
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password:
        sys.stderr.write(f"Set the environment variable {PASSWORD_VARIABLE} to the user's password.\n")
        return 1
    server = SampleSftpServer(
        Path.cwd(), SFTP_USER, password, options.host_key_file, options.port, host=options.host
    )  # fmt: skip - it is asked for its connection, not started
    print(json.dumps({CONNECTION: json.loads(server.connection)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
