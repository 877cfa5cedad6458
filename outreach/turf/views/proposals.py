"""One proposal: how far it is, what it would change, accepting it or throwing it away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.routing.walking import DETOUR_FACTOR
from outreach.turf import queries, services, shapes, walking
from outreach.turf.views.blueprint import OFFICE, bp, geojson_of, team_of


@bp.get("/<uuid:team_id>/cuts/<uuid:cut_id>")
@allow(*OFFICE)
def preview(team_id: UUID, cut_id: UUID) -> str:
    """What a proposal would change, in numbers and on the map."""
    found = team_of(team_id)
    undone = queries.cut_asked(session(), found, cut_id)
    if undone is not None:
        homes = queries.home_count(session(), queries.areas_of(session(), undone))
        return render_template(
            "turf/asked.html",
            team=found,
            cut=undone,
            homes=homes,
            begun=queries.is_being_cut(session(), undone),
        )
    proposed = queries.cut_in_scope(session(), found, cut_id)
    return render_template(
        "turf/preview.html",
        team=found,
        cut=proposed,
        source=walking.told(proposed.figures, DETOUR_FACTOR),
        turfs=proposed.content["turfs"],
        now_there={str(line.turf.id): line for line in queries.lines(session(), found)},
    )


@bp.get("/<uuid:team_id>/cuts/<uuid:cut_id>/map.geojson")
@allow(*OFFICE)
def preview_map(team_id: UUID, cut_id: UUID) -> Response:
    """The same as GeoJSON."""
    found = team_of(team_id)
    return geojson_of(shapes.of_cut(session(), queries.cut_in_scope(session(), found, cut_id)))


@bp.post("/<uuid:team_id>/cuts/<uuid:cut_id>/accept")
@allow(*OFFICE)
def accept(team_id: UUID, cut_id: UUID) -> Response:
    """Make it the team's turf."""
    found = team_of(team_id)
    proposed = queries.cut_in_scope(session(), found, cut_id)
    moved = services.accept(session(), proposed, actor=actor(), now=clock.now(), zone=zone())
    text = ngettext(
        "These are the team's turfs now. %(n)s home changed hands.",
        "These are the team's turfs now. %(n)s homes changed hands.",
        moved,
    )
    flash(text, "ok")
    return redirect(url_for("turf.team", team_id=found.id), 303)


@bp.post("/<uuid:team_id>/cuts/<uuid:cut_id>/discard")
@allow(*OFFICE)
def discard(team_id: UUID, cut_id: UUID) -> Response:
    """Leave everything as it is."""
    found = team_of(team_id)
    undone = queries.cut_asked(session(), found, cut_id)
    services.discard(
        session(),
        undone or queries.cut_in_scope(session(), found, cut_id),
        actor=actor(),
        now=clock.now(),
    )
    flash(_("The proposal is thrown away; the turfs are as they were."), "ok")
    return redirect(url_for("turf.team", team_id=found.id), 303)
