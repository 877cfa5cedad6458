"""Household lists as wards keep them: a file's bytes in, typed homes or plain reasons out.

with sheets.opened(content, filename) as sheet:
    table = sheets.table(sheet)
    mapping = sheets.guess(table)
    for home in sheets.homes(sheets.rows(table, mapping, today=today)):
        ...
"""

from outreach.households.sheets.headings import Column, Mapping, Table, guess, table
from outreach.households.sheets.homes import Drafts, HomeDraft, PersonDraft, homes
from outreach.households.sheets.kinds import (
    Field,
    Problem,
    Reason,
    Unreadable,
    WhyUnreadable,
)
from outreach.households.sheets.reading import LIMITS, Limits, Sheet, opened
from outreach.households.sheets.rows import RowDraft, rows

__all__ = [
    "LIMITS",
    "Column",
    "Drafts",
    "Field",
    "HomeDraft",
    "Limits",
    "Mapping",
    "PersonDraft",
    "Problem",
    "Reason",
    "RowDraft",
    "Sheet",
    "Table",
    "Unreadable",
    "WhyUnreadable",
    "guess",
    "homes",
    "opened",
    "rows",
    "table",
]
