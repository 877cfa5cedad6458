"""The lists behind the overview: one definition gives the page and the file the same columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.insights import labels
from outreach.insights.exports import Cell
from outreach.insights.queries import lists
from outreach.insights.rules import Period
from outreach.places.models import Area

Cells = Callable[[Any, Period], list[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of list. `cells` gives as many values as there are headings."""

    title: str
    headings: tuple[str, ...]
    #: (area, period, narrowing) -> rows in their order.
    chosen: Callable[[Area, Period, Mapping[str, str]], sa.Select[Any]]
    cells: Cells
    #: Which arguments of the address narrow it.
    narrowed_by: tuple[str, ...] = ()


def _visit(row: Any, period: Period) -> list[Cell]:
    return [
        row.happened_at.astimezone(period.zone),
        row.address,
        row.head_name,
        row.area,
        row.volunteer,
        str(labels.OUTCOMES[row.outcome]),
    ]


def _home(row: Any, period: Period) -> list[Cell]:
    last_at = row.last_at.astimezone(period.zone)
    return [row.address, row.head_name, row.area, row.contacts, last_at]


def _person(row: Any, period: Period) -> list[Cell]:
    last_at = row.last_at.astimezone(period.zone)
    return [row.name, row.birth_year, row.address, row.area, row.steps, last_at]


def _step(row: Any, period: Period) -> list[Cell]:
    return [
        row.happened_at.astimezone(period.zone),
        labels.programme(row.programme),
        labels.state(row.programme, row.to_state),
        str(labels.EVIDENCE[row.evidence]),
        row.resident or gettext("The whole household"),
        row.address,
        row.area,
        row.actor,
    ]


SHEETS = {
    "visits": Sheet(
        title=_("Visits"),
        headings=(
            _("Time"),
            _("Home"),
            _("Head of household"),
            _("Area"),
            _("Volunteer"),
            _("Outcome"),
        ),
        chosen=lambda area, period, by: lists.visits(area, period, outcome=by.get("outcome", "")),
        cells=_visit,
        narrowed_by=("outcome",),
    ),
    "homes": Sheet(
        title=_("Homes where somebody was met"),
        headings=(_("Home"), _("Head of household"), _("Area"), _("Contacts"), _("Last time")),
        chosen=lambda area, period, _by: lists.homes(area, period),
        cells=_home,
    ),
    "people": Sheet(
        title=_("People helped"),
        headings=(_("Name"), _("Born"), _("Home"), _("Area"), _("Steps"), _("Last time")),
        chosen=lambda area, period, _by: lists.people(area, period),
        cells=_person,
    ),
    "steps": Sheet(
        title=_("Steps of help"),
        headings=(
            _("Time"),
            _("Programme"),
            _("State reached"),
            _("Evidence"),
            _("Resident"),
            _("Home"),
            _("Area"),
            _("Recorded by"),
        ),
        chosen=lambda area, period, by: lists.steps(
            area,
            period,
            programme=by.get("programme", ""),
            state=by.get("state", ""),
            evidence=by.get("evidence", ""),
        ),
        cells=_step,
        narrowed_by=("programme", "state", "evidence"),
    ),
}


def file_name(kind: str, area: Area, first: date, last: date, layout: str) -> str:
    """A name that sorts by kind, place and days, in plain letters: nothing a browser must encode."""
    place = area.code or area.id.hex[:8]
    return f"{kind}-{place}-{first:%Y%m%d}-{last:%Y%m%d}.{layout}"
