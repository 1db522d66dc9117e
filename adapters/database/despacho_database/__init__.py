"""The database: tables, repositories, unit of work, group commit, locks, stored files and migrations."""

from __future__ import annotations

from despacho_database.database import Database

__all__ = ["Database"]
