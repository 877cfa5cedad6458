"""A team's territories, cutting them anew, whose each one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.routing.walking import DETOUR_FACTOR
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import geojson, queries, services, shapes, walking
from outreach.turf.forms import CutForm, DrawForm, FileForm, HoldersForm, LeaseForm
from outreach.turf.models import Kind, TurfCut
from outreach.turf.views.blueprint import OFFICE, bp, geojson_of, team_of


@bp.get("")
@allow(*OFFICE)
def index() -> ResponseReturnValue:
    """The teams to choose from; the only one's own page at once."""
    mine = teams.manageable(session(), actor())
    if len(mine) == 1:
        return redirect(url_for("turf.team", team_id=mine[0].id), 303)
    counts = queries.counts(session(), [team.id for team in mine])
    return render_template("turf/index.html", teams=mine, counts=counts)


@bp.get("/<uuid:team_id>")
@allow(*OFFICE)
def team(team_id: UUID) -> str:
    """A team's territories on a map and in a list, with whose each is."""
    found = team_of(team_id)
    return _team_page(found)


def _team_page(
    found: Team, file_form: FileForm | None = None, lease_form: LeaseForm | None = None
) -> str:
    lines = queries.lines(session(), found)
    return render_template(
        "turf/team.html",
        team=found,
        lines=lines,
        people=_people(found),
        lacking=queries.in_none(session(), found) if lines else 0,
        waiting=queries.open_cut(session(), found),
        source=walking.told(queries.last_figures(session(), found), DETOUR_FACTOR),
        file_form=file_form or FileForm(),
        lease_form=lease_form or LeaseForm(hours=found.lease_hours),
    )


def _people(found: Team) -> list[tuple[UUID, str]]:
    rows = teams.members(session(), found)
    return [(r.member.user_id, r.member.user.name) for r in rows if r.member.left_on is None]


@bp.get("/<uuid:team_id>/map.geojson")
@allow(*OFFICE)
def map_data(team_id: UUID) -> Response:
    """Territories and their homes as GeoJSON."""
    return geojson_of(shapes.of_team(session(), team_of(team_id)))


@bp.get("/<uuid:team_id>/turfs.geojson")
@allow(*OFFICE)
def export(team_id: UUID) -> Response:
    """The territories' shapes as a file, without anything about homes or people."""
    found = team_of(team_id)
    answer = geojson_of(shapes.outlines(session(), found))
    answer.headers["Content-Disposition"] = 'attachment; filename="turfs.geojson"'
    return answer


@bp.get("/<uuid:team_id>/cut")
@allow(*OFFICE)
def cut(team_id: UUID) -> ResponseReturnValue:
    """How to cut: the form."""
    found = team_of(team_id)
    lines = queries.lines(session(), found)
    areas = teams.neighbourhoods_of(session(), found)
    form = CutForm(
        kind=Kind.EVENED.value if lines else Kind.FRESH.value,
        parts=len(lines) or max(1, len(_people(found))),
        area=[str(area.id) for area in areas],
    )
    return _cut_page(found, form.offer(areas, first=not lines), 200)


def _cut_page(found: Team, form: CutForm, status: int) -> ResponseReturnValue:
    return render_template("turf/cut.html", team=found, form=form), status


@bp.post("/<uuid:team_id>/cut")
@allow(*OFFICE)
def propose(team_id: UUID) -> ResponseReturnValue:
    """Work a proposal out."""
    found = team_of(team_id)
    areas = teams.neighbourhoods_of(session(), found)
    form = CutForm(request.form).offer(areas, first=not queries.lines(session(), found))
    if not form.validate():
        return _cut_page(found, form, 422)
    try:
        made = services.propose(
            session(), found, form.wish(), actor=actor(), now=clock.now(), zone=zone()
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _cut_page(found, form, 422)
    return _to_preview(made)


def _to_preview(made: TurfCut) -> Response:
    session().flush()
    return redirect(url_for("turf.preview", team_id=made.team_id, cut_id=made.id), 303)


@bp.post("/<uuid:team_id>/import")
@allow(*OFFICE)
def upload(team_id: UUID) -> ResponseReturnValue:
    """A proposal from polygons that were drawn elsewhere."""
    found = team_of(team_id)
    form = FileForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _team_page(found, form), 422
    try:
        made = _proposed(found, geojson.read(form.content()))
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _team_page(found, form), 422
    return _to_preview(made)


@bp.get("/<uuid:team_id>/draw")
@allow(*OFFICE)
def draw(team_id: UUID) -> ResponseReturnValue:
    """Draw turfs on the map, or type their corners."""
    return _draw_page(team_of(team_id), DrawForm(), 200)


def _draw_page(found: Team, form: DrawForm, status: int) -> ResponseReturnValue:
    return render_template("turf/draw.html", team=found, form=form), status


@bp.post("/<uuid:team_id>/draw")
@allow(*OFFICE)
def drawn(team_id: UUID) -> ResponseReturnValue:
    """A proposal from what was drawn."""
    found, form = team_of(team_id), DrawForm(request.form)
    if not form.validate():
        return _draw_page(found, form, 422)
    try:
        made = _proposed(found, geojson.written(form.corners.data or ""))
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return _draw_page(found, form, 422)
    return _to_preview(made)


def _proposed(found: Team, drawn_: Sequence[geojson.Shape]) -> TurfCut:
    return services.propose_drawn(
        session(), found, drawn_, actor=actor(), now=clock.now(), zone=zone()
    )


@bp.get("/<uuid:team_id>/homes.geojson")
@allow(*OFFICE)
def homes_data(team_id: UUID) -> Response:
    """Every home of the team with a point, to draw around: grey, without turfs."""
    return geojson_of(shapes.of_homes(session(), team_of(team_id)))


@bp.post("/<uuid:team_id>/refresh")
@allow(*OFFICE)
def refresh(team_id: UUID) -> Response:
    """Put new homes into the nearest turf and count the work again."""
    found = team_of(team_id)
    count = services.refresh(session(), found, now=clock.now(), zone=zone())
    flash(ngettext("%(n)s home was put in.", "%(n)s homes were put in.", count), "ok")
    return redirect(url_for("turf.team", team_id=found.id), 303)


@bp.post("/<uuid:team_id>/lease")
@allow(*OFFICE)
def lease(team_id: UUID) -> ResponseReturnValue:
    """How long homes that somebody takes are kept for them."""
    found = team_of(team_id)
    form = LeaseForm(request.form)
    if not form.validate():
        return _team_page(found, lease_form=form), 422
    services.keep_for(session(), found, form.hours.data, actor=actor(), now=clock.now())
    flash(_("Saved."), "ok")
    return redirect(url_for("turf.team", team_id=found.id), 303)


@bp.post("/turfs/<uuid:turf_id>")
@allow(*OFFICE)
def assign(turf_id: UUID) -> Response:
    """Whose it is from now on, and its name."""
    turf = queries.in_scope(session(), turf_id, actor=actor())
    form = HoldersForm(request.form).offer(_people(turf.team))
    if not form.validate():
        raise Refusal(_first(form.errors.values()))
    services.assign(
        session(), turf, form.people(), name=form.name.data or "", actor=actor(), now=clock.now()
    )
    flash(_("Saved."), "ok")
    return redirect(url_for("turf.team", team_id=turf.team_id) + f"#turf-{turf.id}", 303)


def _first(errors: Any) -> str:
    found: Sequence[str] = next(iter(errors), [_("This form is damaged.")])
    return str(found[0])
