"""The lists behind the overview: one definition gives the page and the file the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from outreach.assistance.models import Evidence
from outreach.core.exports import Cell, Table
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.insights import labels
from outreach.insights.queries import Rows, lists
from outreach.insights.queries.ladder import Credit
from outreach.insights.queries.ladder import Reached as RungReached
from outreach.insights.queries.overview import Figures, Part, Reached
from outreach.insights.rules import Period
from outreach.places.models import Area
from outreach.visits.models import Outcome

Cells = Callable[[Any, Period], list[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of list. `cells` gives as many values as there are headings."""

    title: str
    headings: tuple[str, ...]
    #: (area, period, narrowing) -> rows in their order.
    chosen: Callable[[Area, Period, Mapping[str, str]], Rows]
    cells: Cells
    #: The column that leads to the home's own page.
    home_at: int
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


def _alone(row: Any, period: Period) -> list[Cell]:
    return [
        row.happened_at.astimezone(period.zone),
        row.resident,
        labels.programme(row.programme),
        str(labels.EVIDENCE[row.evidence]),
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
        home_at=1,
        narrowed_by=("outcome",),
    ),
    "homes": Sheet(
        title=_("Homes where somebody was met"),
        headings=(_("Home"), _("Head of household"), _("Area"), _("Contacts"), _("Last time")),
        chosen=lambda area, period, _by: lists.homes(area, period),
        cells=_home,
        home_at=0,
    ),
    "people": Sheet(
        title=_("People helped"),
        headings=(_("Name"), _("Born"), _("Home"), _("Area"), _("Steps"), _("Last time")),
        chosen=lambda area, period, _by: lists.people(area, period),
        cells=_person,
        home_at=2,
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
        home_at=5,
        narrowed_by=("programme", "state", "evidence"),
    ),
    "alone": Sheet(
        title=_("People who did it alone for the first time"),
        headings=(
            _("Time"),
            _("Resident"),
            _("Programme"),
            _("Evidence"),
            _("Home"),
            _("Area"),
            _("Recorded by"),
        ),
        chosen=lambda area, period, _by: lists.alone(area, period),
        cells=_alone,
        home_at=4,
    ),
}


def table(sheet: Sheet, rows: Iterable[Any], period: Period) -> Table:
    """A list as a file's rows, in the language being spoken."""
    headings = [str(heading) for heading in sheet.headings]
    return Table(str(sheet.title), headings, [sheet.cells(row, period) for row in rows])


@dataclass(frozen=True, slots=True)
class Rung:
    """One state of a programme: cases that reached it in the period, by evidence."""

    state: str
    cases: dict[Evidence, int]


def by_programme(reached: list[Reached]) -> dict[str, list[Rung]]:
    """The funnel, each programme's states in the order of its definition."""
    found: dict[str, dict[str, Rung]] = {}
    for one in reached:
        rungs = found.setdefault(one.programme, {})
        rung = rungs.setdefault(one.state, Rung(one.state, dict.fromkeys(Evidence, 0)))
        rung.cases[one.evidence] = one.cases
    return {
        programme: sorted(rungs.values(), key=lambda rung: labels.rank(programme, rung.state))
        for programme, rungs in sorted(found.items(), key=lambda pair: labels.place(pair[0]))
    }


def summary(
    area: Area, figures: Figures, parts: list[Part], programmes: dict[str, list[Rung]]
) -> Table:
    """The overview as one file: areas, their total, and below them the programmes."""
    _ = gettext
    headings = [
        _("Area"),
        _("Homes on the register"),
        _("Contacts"),
        _("Homes where somebody was met"),
        _("People helped"),
    ]
    rows: list[list[Cell]] = [
        [
            part.area.full_name if part.area else _("In no unit below"),
            part.homes,
            part.contacts,
            part.homes_met,
            part.people_helped,
        ]
        for part in parts
    ]
    total = [figures.homes, figures.contacts, figures.homes_met, figures.people_helped]
    rows.append([area.full_name, *total])
    rows.append([])
    rows.append(
        [_("Programme"), _("State reached"), *(str(labels.EVIDENCE[one]) for one in Evidence)]
    )
    rows += [
        [
            labels.programme(programme),
            labels.state(programme, rung.state),
            *(rung.cases[one] for one in Evidence),
        ]
        for programme, rungs in programmes.items()
        for rung in rungs
    ]
    return Table(_("Overview"), headings, rows)


def climbed(rungs: Iterable[RungReached], credit: Iterable[Credit]) -> Iterable[list[Cell]]:
    """The ladder below the overview: rungs, then teams; contacts, people and homes apart."""
    _ = gettext
    yield []
    yield [_("Rung of the ladder"), _("Contacts"), _("Persons"), _("Homes")]
    for one in rungs:
        yield [str(labels.RUNGS[one.rung]), one.contacts, one.people, one.homes]
    yield []
    if not (teams := list(credit)):
        return
    yield [
        _("Did it alone for the first time, by team"), _("Contacts"), _("Persons"), _("Homes"),
    ]  # fmt: skip
    for team in teams:
        yield [_credited(team), team.contacts, len(team.people), len(team.homes)]
    yield []
    yield [
        _("Whether they still do it alone"),
        _("Due to be asked after 7 days"), _("Still alone after 7 days"),
        _("Due to be asked after 30 days"), _("Still alone after 30 days"),
    ]  # fmt: skip
    for team in teams:
        yield [_credited(team), *(n for days in sorted(team.asked) for n in team.asked[days])]


def _credited(one: Credit) -> str:
    return one.team.name if one.team else gettext("Recorded by the office")


def known(narrowed: Mapping[str, str]) -> bool:
    """Whether what narrows a list are values there are."""
    return narrowed.get("outcome", Outcome.MET) in set(Outcome) and narrowed.get(
        "evidence", Evidence.DECLARED
    ) in set(Evidence)


def names_of(narrowed: Mapping[str, str]) -> list[str]:
    """What narrows a list, in words."""
    found = []
    if outcome := narrowed.get("outcome"):
        found.append(str(labels.OUTCOMES[Outcome(outcome)]))
    if programme := narrowed.get("programme"):
        found.append(labels.programme(programme))
        if state := narrowed.get("state"):
            found.append(labels.state(programme, state))
    if evidence := narrowed.get("evidence"):
        found.append(str(labels.EVIDENCE[Evidence(evidence)]))
    return found


def file_name(kind: str, area: Area, period: Period, layout: str) -> str:
    """Kind, place and days in plain letters: nothing a browser must encode."""
    place = area.code or area.id.hex[:8]
    return f"{kind}-{place}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{layout}"
