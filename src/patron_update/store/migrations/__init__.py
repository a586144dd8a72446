"""Alembic's scripts: how the patron store's schema came to be what it is."""
