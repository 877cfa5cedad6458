"""HTTP for figures: the leader's board and the officer's overview."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock, exports
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.i18n import speaking
from outreach.core.request import session
from outreach.core.settings import Settings
from outreach.insights import labels, rules, services, sheets
from outreach.insights.forms import BoardForm, PeriodForm, board_filter
from outreach.insights.queries import Rows, ladder, lists
from outreach.insights.queries import board as board_reads
from outreach.insights.queries import overview as reads
from outreach.places.models import Area
from outreach.rounds import queries as rounds
from outreach.visits.models import Outcome

bp = Blueprint("insights", __name__)
PAGE = 50
#: Homes of a day whose expected hours are worked out at once, every ten seconds.
MOST_FOLLOWED = 2500
DESK = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)
OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)


@bp.get("/board")
@allow(*DESK)
def board() -> str:
    zone, today = _zone(), clock.today(_zone())
    chosen = board_filter(BoardForm(request.args), today=today)
    lines = board_reads.lines(
        session(), actor=actor(), day=chosen.day, now=clock.now(), zone=zone, team=chosen.team
    )
    return render_template(
        "insights/board.html",
        chosen=chosen,
        lines=[line for line in lines if line.needs] if chosen.needs_me else lines,
        totals=board_reads.totals(lines),
        outside=board_reads.outside_routes(session(), actor=actor(), day=chosen.day, zone=zone),
        teams=board_reads.teams_of(session(), actor=actor(), day=chosen.day),
        days=board_reads.days_around(session(), actor=actor(), day=chosen.day),
        risks=_risks(lines, today, chosen.team) if chosen.day == today else [],
        today=today,
        labels=labels,
    )


def _risks(
    lines: list[board_reads.Line], today: date, team: UUID | None
) -> list[rounds.AtRisk] | None:
    """Promises of the day that are at risk, the worst first; None: too many homes to follow."""
    if sum(line.planned for line in lines) > MOST_FOLLOWED:
        return None
    going = rounds.going(session(), today, actor=actor(), team_id=team)
    return rounds.at_risk(session(), going, now=clock.now(), zone=_zone())


@bp.get("/board/homes")
@allow(*DESK)
def board_homes() -> str:
    chosen = board_filter(BoardForm(request.args), today=clock.today(_zone()))
    outcome = request.args.get("outcome", "")
    if outcome not in {"", "done", "waiting", *Outcome}:
        raise NotFound(_("There is no such list."))
    homes = board_reads.stops(
        actor=actor(), day=chosen.day, team=chosen.team, route=chosen.route, outcome=outcome
    )
    return render_template(
        "insights/homes.html", chosen=chosen, outcome=outcome, labels=labels, **_page_of(homes)
    )


@bp.get("/overview")
@allow(*OFFICE)
def overview() -> str:
    area, period = _place_and_days()
    return render_template(
        "insights/overview.html",
        area=area,
        period=period,
        way=reads.way(session(), area, actor()),
        figures=reads.figures(session(), area, period),
        parts=reads.parts(session(), area, period),
        programmes=sheets.by_programme(reads.funnel(session(), area, period)),
        rungs=ladder.reached(session(), area, period),
        credits=ladder.credits_of(session(), area, period, today=clock.today(_zone())),
        labels=labels,
    )


@bp.get("/overview/<kind>")
@allow(*OFFICE)
def listing(kind: str) -> str:
    sheet = _sheet(kind)
    area, period = _place_and_days()
    narrowed = _narrowed(sheet)
    return render_template(
        "insights/listing.html",
        kind=kind,
        sheet=sheet,
        area=area,
        period=period,
        narrowed=narrowed,
        narrowed_names=sheets.names_of(narrowed),
        most=exports.MOST_ROWS,
        **_page_of(sheet.chosen(area, period, narrowed)),
    )


@bp.post("/overview/<kind>/export")
@allow(*OFFICE)
def export(kind: str) -> Response:
    area, period = _place_and_days()
    with speaking("vi"):
        table = _table(kind, area, period)
        layout = "xlsx" if request.form.get("layout") == "xlsx" else "csv"
        body = exports.made(layout, table)
    services.record_export(
        session(),
        area,
        period,
        kind=kind,
        layout=layout,
        rows=len(table.rows),
        actor=actor(),
        now=clock.now(),
    )
    return _file(body, layout, sheets.file_name(kind, area, period, layout))


def _table(kind: str, area: Area, period: rules.Period) -> exports.Table:
    if kind == "summary":
        parts = reads.parts(session(), area, period)
        figures = reads.figures(session(), area, period)
        funnel = reads.funnel(session(), area, period)
        found = sheets.summary(area, figures, parts, sheets.by_programme(funnel))
        climbs = ladder.credits_of(session(), area, period, today=clock.today(_zone()))
        found.rows.extend(sheets.climbed(ladder.reached(session(), area, period), climbs))
        return found
    sheet = _sheet(kind)
    rows = session().execute(sheet.chosen(area, period, _narrowed(sheet)).limit(exports.MOST_ROWS))
    return sheets.table(sheet, rows, period)


def _file(body: bytes, layout: str, name: str) -> Response:
    response = Response(body, mimetype=exports.MIMETYPES[layout])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet(kind: str) -> sheets.Sheet:
    try:
        return sheets.SHEETS[kind]
    except KeyError:
        raise NotFound(_("There is no such list.")) from None


def _narrowed(sheet: sheets.Sheet) -> dict[str, str]:
    found = {name: request.args.get(name, "") for name in sheet.narrowed_by}
    found = {name: value for name, value in found.items() if value}
    if not sheets.known(found):
        raise NotFound(_("There is no such list."))
    return found


def _place_and_days() -> tuple[Area, rules.Period]:
    form = PeriodForm(request.args)
    form.validate()
    zone = _zone()
    period = rules.period(form.first.data, form.last.data, today=clock.today(zone), zone=zone)
    if form.area.data is None:
        return reads.start(session(), actor()), period
    return scopes.area_in_scope(session(), form.area.data, actor=actor()), period


def _page_of(chosen: Rows) -> dict[str, Any]:
    """Rows of the page asked for, with what the pager needs."""
    total = lists.count(session(), chosen)
    pages = max(1, -(-total // PAGE))
    asked = request.args.get("page", 1, type=int)
    page = min(max(asked, 1), pages)
    rows = lists.page(session(), chosen, page, PAGE)
    return {"rows": rows, "page": page, "pages": pages, "total": total}


def _zone() -> ZoneInfo:
    return cast("Settings", current_app.settings).zone  # type: ignore[attr-defined]
