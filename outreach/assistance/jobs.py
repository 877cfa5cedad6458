"""What the scheduler runs for help: clocks follow what they depend on, pillars are counted."""

from __future__ import annotations

from outreach.assistance import passes
from outreach.core.db import Database


def reckon(db: Database) -> None:
    """Work every clock out again when what they depend on has changed; else read one row."""
    passes.reckon(db)


def count_pillars(db: Database) -> None:
    """Count the areas whose figures are old."""
    passes.count_pillars(db)
