"""An Airflow connection as a log-in to the SFTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowNotFoundException

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from patron_update.jobs.models import Job
    from patron_update.sources import SftpLogin


def login_for(job: Job) -> SftpLogin | None:
    """Return the log-in of the job's SFTP server, None for a directory. Raises SettingsError without a connection."""
    from airflow.sdk import BaseHook

    if job.source.sftp is None:
        return None
    try:
        return login_of(BaseHook.get_connection(job.source.sftp.connection))
    except AirflowNotFoundException:
        raise connection_missing(job.source.sftp.connection) from None


def login_of(connection: Connection) -> SftpLogin:
    """Return what an Airflow connection of type SFTP says, as the sources room understands it."""
    from patron_update.sources import login_from_fields

    return login_from_fields(
        connection.host, connection.port, connection.login, connection.password, connection.extra_dejson
    )


def connection_missing(connection_id: str) -> SettingsError:
    """Return the error of a connection that nobody has made."""
    return SettingsError(
        f"There is no Airflow connection {connection_id!r}. Create it under Admin → Connections with type SFTP, the "
        "server's host, port, log-in and password, and the server's host key as the extra `host_key`; or set "
        f"AIRFLOW_CONN_{connection_id.upper()} for the scheduler's, workers' and triggerer's processes."
    )
