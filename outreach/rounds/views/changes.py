"""What leaders do to a round: plan again, publish, move, add, remove, lock, mark absent."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.errors import Refusal
from outreach.core.forms import Form
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.rounds import services
from outreach.rounds.forms import AddForm, LockForm, MoveForm, RevisionForm
from outreach.rounds.models import Round
from outreach.rounds.views.blueprint import OFFICE, back_to, bp, found

F = TypeVar("F", bound=Form)


def _read(kind: type[F]) -> F:
    """The form, or a refusal: these forms have nothing people type that could be wrong."""
    form = kind(request.form)
    if not form.validate():
        raise Refusal(_("This form is damaged. Please load the page again."))
    return form


def _edit(round_: Round, form: RevisionForm) -> services.Edit:
    return services.Edit(
        session(), round_,
        revision=form.revision.data, actor=actor(), now=clock.now(), zone=zone(),
    )  # fmt: skip


@bp.post("/<uuid:round_id>/plan")
@allow(*OFFICE)
def plan(round_id: UUID) -> Response:
    """Plan (again): what is locked stays."""
    round_, form = found(round_id), _read(RevisionForm)
    services.request_planning(
        session(), round_, actor=actor(), now=clock.now(), revision=form.revision.data
    )
    return redirect(url_for("rounds.show", round_id=round_.id), 303)


@bp.post("/<uuid:round_id>/stop-planning")
@allow(*OFFICE)
def stop_planning(round_id: UUID) -> Response:
    """Give the planning up."""
    round_ = found(round_id)
    services.stop_planning(session(), round_, actor=actor(), now=clock.now())
    return redirect(url_for("rounds.show", round_id=round_.id), 303)


@bp.post("/<uuid:round_id>/publish")
@allow(*OFFICE)
def publish(round_id: UUID) -> Response:
    """Show it to its volunteers."""
    round_, form = found(round_id), _read(RevisionForm)
    count = services.publish(
        session(), round_,
        actor=actor(), now=clock.now(), zone=zone(), revision=form.revision.data,
    )  # fmt: skip
    text = ngettext(
        "Published: %(n)s visit is announced.", "Published: %(n)s visits are announced.", count
    )
    flash(text, "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/withdraw")
@allow(*OFFICE)
def withdraw(round_id: UUID) -> Response:
    """Hide it from its volunteers again."""
    round_, form = found(round_id), _read(RevisionForm)
    services.withdraw(
        session(), round_, actor=actor(), now=clock.now(), revision=form.revision.data
    )
    flash(_("The round is withdrawn. Nobody sees it now."), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/close")
@allow(*OFFICE)
def close(round_id: UUID) -> Response:
    """End the day."""
    round_, form = found(round_id), _read(RevisionForm)
    services.close(
        session(), round_,
        actor=actor(), now=clock.now(), zone=zone(), revision=form.revision.data,
    )  # fmt: skip
    flash(_("The day is closed."), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/cancel")
@allow(*OFFICE)
def cancel(round_id: UUID) -> Response:
    """Drop a round nobody has seen."""
    round_, form = found(round_id), _read(RevisionForm)
    services.cancel(session(), round_, actor=actor(), now=clock.now(), revision=form.revision.data)
    flash(_("The round is deleted."), "ok")
    return redirect(url_for("rounds.index"), 303)


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/move")
@allow(*OFFICE)
def move_stop(round_id: UUID, stop_id: UUID) -> ResponseReturnValue:
    """Give a stop to somebody, or another place in the order."""
    round_, form = found(round_id), _read(MoveForm)
    assert form.route.data is not None
    services.move_stop(_edit(round_, form), stop_id, form.route.data, form.position.data)
    flash(_("The stop is moved and the times are worked out again."), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/remove")
@allow(*OFFICE)
def remove_stop(round_id: UUID, stop_id: UUID) -> Response:
    """Take a home off the round."""
    round_ = found(round_id)
    services.remove_stop(_edit(round_, _read(RevisionForm)), stop_id)
    flash(_("The home is off the round. You find it among those left out."), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/lock")
@allow(*OFFICE)
def lock_stop(round_id: UUID, stop_id: UUID) -> Response:
    """Keep a stop with its volunteer when planning again, or no longer."""
    round_, form = found(round_id), _read(LockForm)
    services.lock_stop(_edit(round_, form), stop_id, locked=bool(form.locked.data))
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/lock")
@allow(*OFFICE)
def lock_route(round_id: UUID, route_id: UUID) -> Response:
    """Keep a whole route as it is when planning again, or no longer."""
    round_, form = found(round_id), _read(LockForm)
    services.lock_route(_edit(round_, form), route_id, locked=bool(form.locked.data))
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/absent")
@allow(*OFFICE)
def mark_absent(round_id: UUID, route_id: UUID) -> Response:
    """Somebody is ill: share out what they had left."""
    round_, form = found(round_id), _read(RevisionForm)
    shared = services.mark_absent(_edit(round_, form), route_id)
    text = _(
        "%(taken)s homes went to %(helpers)s others; %(left)s could not be fitted in.",
        taken=shared.taken_over,
        helpers=shared.helpers,
        left=shared.left_out,
    )
    flash(text, "warn" if shared.left_out else "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/present")
@allow(*OFFICE)
def mark_present(round_id: UUID, route_id: UUID) -> Response:
    """They come after all."""
    round_, form = found(round_id), _read(RevisionForm)
    services.mark_present(_edit(round_, form), route_id)
    return back_to(round_)


@bp.post("/<uuid:round_id>/homes")
@allow(*OFFICE)
def add_home(round_id: UUID) -> Response:
    """Add a home that was left out, or an urgent one."""
    round_, form = found(round_id), _read(AddForm)
    assert form.household.data is not None
    stop = services.add_home(_edit(round_, form), form.household.data, form.route.data)
    text = _(
        "Added to the route of %(name)s at %(time)s.",
        name=stop.route.volunteer.name,
        time=f"{stop.starts_s // 3600:02}:{stop.starts_s % 3600 // 60:02}",
    )
    flash(text, "ok")
    return back_to(round_)
