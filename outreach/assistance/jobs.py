"""What the scheduler runs for help: clocks follow definitions and declared days."""

from __future__ import annotations

from outreach.assistance import passes
from outreach.core.db import Database


def reckon(db: Database) -> None:
    """Work every clock out again when what they depend on has changed; else read one row."""
    passes.reckon(db)
