"""Route sheets: as a page to look at, and as one PDF for the whole round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import dates
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.access import allow
from outreach.assistance.definitions import Pillar
from outreach.core.i18n import gettext as _
from outreach.core.i18n import language, ngettext
from outreach.core.i18n import lazy_gettext as lazy
from outreach.core.phones import display
from outreach.core.request import session, zone
from outreach.core.settings import Settings
from outreach.households.models import Hazard, Household, Resident
from outreach.households.wording import HAZARDS
from outreach.rounds import queries, sentences, sheets
from outreach.rounds.models import Round
from outreach.rounds.queries import RouteView, StopView, papers
from outreach.rounds.sheets import HomeRow, Labels, Sheet, Words
from outreach.rounds.views.blueprint import OFFICE, bp, found
from outreach.turf import walking

PILLARS: Mapping[Pillar, str] = {
    Pillar.IDENTITY: lazy("Digital identity"),
    Pillar.DEVICE: lazy("Digital device"),
    Pillar.ACCOUNT: lazy("Digital account"),
    Pillar.SKILL: lazy("Digital skill"),
}
DIM = 0.3


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of all sheets are made from."""

    people: Mapping[UUID, Sequence[Resident]]
    missing: Mapping[UUID, Sequence[Pillar]]
    zone: ZoneInfo
    walked: walking.Walking | None
    #: The address of a stop's page.
    url: Callable[[UUID], str]


@bp.get("/<uuid:round_id>/print")
@allow(*OFFICE)
def paper(round_id: UUID) -> ResponseReturnValue:
    """Every route on its own sheet, or only one."""
    round_ = found(round_id)
    chosen = _chosen(round_)
    people = queries.people_at(session(), _homes(chosen))
    return render_template(
        "rounds/print.html",
        round=round_,
        routes=chosen,
        people=people,
        only=request.args.get("route", type=UUID),
        say=sentences,
    )


@bp.get("/<uuid:round_id>/print.pdf")
@allow(*OFFICE)
def paper_pdf(round_id: UUID) -> Response:
    """The same as a PDF, with a QR code a home."""
    round_ = found(round_id)
    chosen = _chosen(round_)
    people = queries.people_at(session(), _homes(chosen))
    missing = papers.missing(session(), people, on=round_.day)
    walked = walking.told(round_.figures, round_.detour_factor)
    known = _Known(people, missing, zone(), walked, _stop_urls())
    made = sheets.compose(_labels(round_), [_sheet(round_, one, known) for one in chosen])
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="tuyen-{round_.day:%Y-%m-%d}.pdf"'
    return answer


def _chosen(round_: Round) -> list[RouteView]:
    only = request.args.get("route", type=UUID)
    view = queries.round_view(session(), round_, zone=zone())
    return [one for one in view.routes if one.stops and only in {None, one.route.id}]


def _homes(chosen: Sequence[RouteView]) -> list[UUID]:
    return [view.stop.household_id for one in chosen for view in one.stops]


def _stop_urls() -> Callable[[UUID], str]:
    """Addresses as phones reach the site; they hold a stop's random id and nothing else."""
    settings = cast("Settings", current_app.settings)  # type: ignore[attr-defined]
    base = (settings.public_url or request.url_root).rstrip("/")
    return lambda stop_id: base + url_for("visits.stop", stop_id=stop_id)


def _labels(round_: Round) -> Labels:
    return Labels(
        title=_("Route sheets for %(day)s", day=_day(round_)),
        language=language(),
        columns=(_("No."), _("Time and code"), _("Home"), _("Result")),
        results=(_("Met"), _("Absent"), _("Refused")),
        signature=_("Volunteer's signature"),
    )


def _sheet(round_: Round, one: RouteView, known: _Known) -> Sheet:
    route = one.route
    hours = f"{_clock(route.starts * 60)}–{_clock(route.ends * 60)}"
    count = ngettext("%(n)s home", "%(n)s homes", len(one.stops))
    about = [
        Words(f"{round_.team.name} · {_day(round_)} · {hours} · {count}", size=9.5),
        Words(
            _(
                "Walking %(walking)s min · at homes %(service)s min · waiting %(waiting)s min",
                walking=round(route.walking_s / 60),
                service=round(route.service_s / 60),
                waiting=round(route.waiting_s / 60),
            ),
            size=9.5,
        ),
    ]
    if round_.instructions:
        about.append(Words(round_.instructions, size=9.5, bold=True))
    about += [
        Words(_("We never ask for a one-time code, a password or money."), size=8, grey=DIM),
        Words(sentences.walking(known.walked), size=7.5, grey=DIM),
    ]
    place = _("Route %(n)s", n=route.position + 1)
    rows = tuple(_row(view, known) for view in one.stops)
    return Sheet(route.names, place, tuple(about), rows)


def _row(view: StopView, known: _Known) -> HomeRow:
    return HomeRow(
        number=str(view.stop.position),
        time=_time(view, known.zone),
        home=tuple(_home(view, known)),
        url=known.url(view.stop.id),
    )


def _time(view: StopView, here: ZoneInfo) -> tuple[Words, ...]:
    window = view.appointment
    planned = Words(_clock(view.stop.starts_s), size=11, bold=True)
    if window is None:
        return (planned,)
    starts, ends = (moment.astimezone(here) for moment in (window.starts_at, window.ends_at))
    return (
        planned,
        Words(f"{starts:%H:%M}–{ends:%H:%M}", size=8, grey=DIM),
        Words(_("Code %(code)s", code=window.visit_code), size=10, bold=True),
    )


def _home(view: StopView, known: _Known) -> list[Words]:
    home: Household = view.stop.household
    lines = [Words(home.address, size=10, bold=True)]
    if home.landmark:
        lines.append(Words(home.landmark, grey=DIM))
    lines += [_person(one, known) for one in known.people.get(home.id, ())]
    # what people miss stands with their names
    why = "; ".join(sentences.why(one) for one in view.stop.reasons if one not in set(Pillar))
    if why:
        lines.append(Words(why, size=8, grey=DIM))
    lines += [Words(one, bold=True) for one in sentences.safety(home, view.safety)]
    others = [str(HAZARDS[Hazard(one)]) for one in home.hazards if one != Hazard.UNSAFE]
    if others:
        lines.append(Words(f"{_('Take care')}: {', '.join(others)}", bold=True))
    if known.walked is not None and str(home.id) in known.walked.far:
        lines.append(Words(_("Far from every street"), size=8, bold=True))
    if home.note:
        lines.append(Words(home.note, size=8, grey=DIM))
    return lines


def _person(one: Resident, known: _Known) -> Words:
    born = f" ({one.birth_year})" if one.birth_year else ""
    phones = "".join(f" · {display(line.contact_point.number)}" for line in one.phones)
    wanted = ", ".join(str(PILLARS[pillar]) for pillar in known.missing.get(one.id, ()))
    misses = " · " + _("misses: %(what)s", what=wanted) if wanted else ""
    return Words(f"{one.name}{born}{phones}{misses}")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _day(round_: Round) -> str:
    weekday = dates.format_date(round_.day, "EEEE", locale=language())
    return f"{weekday} {round_.day:%d/%m/%Y}"
