"""What every page of rounds shares."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.errors import NotFound, Refusal
from outreach.core.forms import Form
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.households.wording import HAZARDS
from outreach.rounds import queries, rules, services
from outreach.rounds.forms import RevisionForm
from outreach.rounds.models import Round
from outreach.rounds.queries import RoundView, RouteView

F = TypeVar("F", bound=Form)
bp = Blueprint("rounds", __name__, url_prefix="/rounds")
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"hazards": HAZARDS}


def found(round_id: UUID) -> Round:
    """The round, or `NotFound` when it is none of the actor's business."""
    return queries.in_scope(session(), round_id, actor=actor())


def read(kind: type[F]) -> F:
    """The form, or a refusal: these forms have nothing people type that could be wrong."""
    form = kind(request.form)
    if not form.validate():
        raise Refusal(_("This form is damaged. Please load the page again."))
    return form


def edit_of(round_: Round, form: RevisionForm) -> services.Edit:
    """A change of the round as the person was looking at it."""
    return services.Edit(
        session(), round_,
        revision=form.revision.data, actor=actor(), now=clock.now(), zone=zone(),
    )  # fmt: skip


def told_anew(edit: services.Edit) -> str:
    """That homes which had been told a time are told another; empty where none is."""
    if not edit.told_anew:
        return ""
    return ngettext(
        "%(n)s home that had been told a time is told another.",
        "%(n)s homes that had been told a time are told another.",
        edit.told_anew,
    )


def risks_of(round_: Round) -> list[queries.AtRisk]:
    """Promises at risk, on the day itself."""
    if round_.published_at is None or round_.day != clock.today(zone()):
        return []
    rounds = [round_] if round_.state in rules.EDITABLE else []
    return queries.at_risk(session(), rounds, now=clock.now(), zone=zone())


def one_of(view: RoundView, route_id: UUID) -> RouteView:
    """One route of a round, or `NotFound`."""
    for one in view.routes:
        if one.route.id == route_id:
            return one
    raise NotFound(_("There is no such route in this round."))


def back_to(round_: Round) -> Response:
    """The page the form was on (one of this round's), or the round's own."""
    here = url_for("rounds.show", round_id=round_.id)
    asked = request.form.get("back", "")
    return redirect(asked if asked.startswith(here) else here, 303)
