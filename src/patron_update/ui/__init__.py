"""The pages, an app that knows no Airflow: who may see what is handed in as ``authorize``."""

from __future__ import annotations

from patron_update.ui.app import create_app

__all__ = ["create_app"]
