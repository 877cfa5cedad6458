"""Pages that show rounds: the list, one round, its routes, its left-out homes, on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts import deeds
from outreach.accounts.access import actor, allow
from outreach.accounts.models import User
from outreach.appointments import queries as appointments
from outreach.core.request import session, zone
from outreach.rounds import drawing, queries, rules, sentences
from outreach.rounds.forms import LimitsForm
from outreach.rounds.models import Round, Route, State
from outreach.rounds.queries import RoundView, RouteView
from outreach.rounds.views.blueprint import OFFICE, bp, found, one_of, risks_of
from outreach.teams import queries as teams
from outreach.teams.forms import borne
from outreach.turf import walking


@bp.get("")
@allow(*OFFICE)
def index() -> str:
    """The rounds of the teams one runs or oversees."""
    team_id = request.args.get("team", type=UUID)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "rounds/index.html",
        found=queries.listed(session(), actor=actor(), team_id=team_id, page=page),
        teams=teams.manageable(session(), actor()),
        team_id=team_id,
    )


@bp.get("/<uuid:round_id>")
@allow(*OFFICE)
def show(round_id: UUID) -> str:
    """One round: how far its planning is, or its routes on a map and in a list."""
    round_ = found(round_id)
    if round_.state is State.PLANNING:
        planning = queries.planning_of(session(), round_)
        return render_template("rounds/planning.html", round=round_, planning=planning)
    view = queries.round_view(session(), round_, zone=zone())
    ledger = queries.ledger(session(), round_.team, round_.day)
    out = [one for one in view.routes if one.route.volunteer_id in ledger]
    return render_template(
        "rounds/show.html",
        round=round_,
        view=view,
        ledger=ledger,
        farthest_first=sorted(out, key=lambda one: -ledger[one.route.volunteer_id].way_s),
        aside=queries.left_out(session(), round_),
        walked=walking.told(round_.figures, round_.detour_factor),
        streets_gone=queries.streets_gone(session(), round_),
        proposal=queries.proposal_of(session(), round_),
        step=queries.last_step(session(), round_),
        risks=risks_of(round_),
        acts=deeds.ACTS,
        say=sentences,
    )


@bp.get("/<uuid:round_id>/map.json")
@allow(*OFFICE)
def map_data(round_id: UUID) -> Response:
    """Routes, stops and left-out homes for the map."""
    round_ = found(round_id)
    view = queries.round_view(session(), round_, zone=zone())
    only = request.args.get("route", type=UUID)
    routes = [_route_data(one) for one in view.routes if one.stops and _shown(one, only)]
    unplanned = [] if only else _unplanned_data(round_)
    drawn = queries.streets(session(), round_) is not None
    lines = url_for("rounds.lines", round_id=round_.id, route=only) if drawn else None
    return jsonify(routes=routes, unplanned=unplanned, areas=[], lines=lines)


@bp.get("/<uuid:round_id>/lines.json")
@allow(*OFFICE)
def lines(round_id: UUID) -> Response:
    """The routes' lines along the streets, by route: whole numbers, see `streets.lines.packed`."""
    round_ = found(round_id)
    streets = queries.streets(session(), round_)
    only = request.args.get("route", type=UUID)
    routes = queries.with_routes(session(), round_) if streets else []
    chosen = [route for route in routes if only is None or route.id == only]
    drawn = drawing.route_lines(streets, chosen) if streets else {}
    answer = jsonify(lines={str(id_): line for id_, line in drawn.items()})
    answer.add_etag(weak=True)
    return answer.make_conditional(request)


def _shown(view: RouteView, only: UUID | None) -> bool:
    return only is None or view.route.id == only


def _route_data(view: RouteView) -> dict[str, Any]:
    route = view.route
    return {
        "id": str(route.id),
        "name": route.names,
        "colour_index": route.position,
        "stops": [
            {
                "id": str(one.stop.id),
                "lat": one.stop.household.latitude,
                "lon": one.stop.household.longitude,
                "label": one.stop.household.address,
                "position": one.stop.position,
                "state": "done" if one.done else "planned",
                "url": url_for("rounds.route", round_id=route.round_id, route_id=route.id)
                + f"#stop-{one.stop.id}",
            }
            for one in view.stops
            if one.stop.household.latitude is not None
        ],
    }


def _unplanned_data(round_: Round) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.household_id),
            "lat": row.household.latitude,
            "lon": row.household.longitude,
            "label": row.household.address,
            "reason": str(sentences.SHORT.get(row.reason, "")),
        }
        for row in queries.unplanned_points(session(), round_)
    ]


@bp.get("/<uuid:round_id>/routes/<uuid:route_id>")
@allow(*OFFICE)
def route(round_id: UUID, route_id: UUID) -> str:
    """One volunteer's ordered stops, each with what can be done about it."""
    round_ = found(round_id)
    view = queries.round_view(session(), round_, zone=zone())
    one = one_of(view, route_id)
    return render_template(
        "rounds/route.html",
        round=round_,
        view=view,
        one=one,
        companions=_companions(view, one.route) if round_.state in rules.EDITABLE else [],
        limits=LimitsForm(data=borne(one.route)),
        walked=walking.told(round_.figures, round_.detour_factor),
        streets_gone=queries.streets_gone(session(), round_),
        say=sentences,
    )


def _companions(view: RoundView, route: Route) -> list[User]:
    """Who could go along on a route: members who can come, and are in no pair yet."""
    round_ = view.round
    during = rules.Hours(round_.starts, round_.ends)
    able = queries.people(session(), round_.team, round_.day, during)
    paired = {one for other in view.routes for one in other.route.people[1:]}
    paired |= {other.route.volunteer_id for other in view.routes if other.route.partner_id}
    taken = paired | {route.volunteer_id}
    return [person.member.user for person in able if person.member.user_id not in taken]


@bp.get("/<uuid:round_id>/left-out")
@allow(*OFFICE)
def left_out(round_id: UUID) -> str:
    """The homes left out, each with its sentence, and a way to add them."""
    round_ = found(round_id)
    aside = queries.left_out(
        session(),
        round_,
        reason=request.args.get("reason"),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "rounds/left_out.html",
        round=round_,
        aside=aside,
        reason=request.args.get("reason", ""),
        routes=queries.with_routes(session(), round_),
        names=queries.names_in(session(), round_, aside.rows),
        say=sentences,
    )


@bp.get("/<uuid:round_id>/add")
@allow(*OFFICE)
def find_home(round_id: UUID) -> str:
    """Find an urgent home by address or name, and add it."""
    round_ = found(round_id)
    words = request.args.get("q", "")
    return render_template(
        "rounds/add.html",
        round=round_,
        words=words,
        homes=appointments.homes_called(session(), words, actor=actor()),
        routes=queries.with_routes(session(), round_),
    )
