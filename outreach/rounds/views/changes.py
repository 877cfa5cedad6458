"""What leaders do to a round as a whole: plan it, publish it, end it, add a home to it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor, allow
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.i18n import ngettext
from outreach.core.request import session, zone
from outreach.rounds import services
from outreach.rounds.forms import AddForm, RevisionForm
from outreach.rounds.views.blueprint import OFFICE, back_to, bp, edit_of, found, read, told_anew


@bp.post("/<uuid:round_id>/plan")
@allow(*OFFICE)
def plan(round_id: UUID) -> Response:
    """Plan (again): what is locked stays."""
    round_, form = found(round_id), read(RevisionForm)
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
    round_, form = found(round_id), read(RevisionForm)
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
    round_, form = found(round_id), read(RevisionForm)
    services.withdraw(
        session(), round_, actor=actor(), now=clock.now(), revision=form.revision.data
    )
    flash(_("The round is withdrawn. Nobody sees it now."), "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/close")
@allow(*OFFICE)
def close(round_id: UUID) -> Response:
    """End the day."""
    round_, form = found(round_id), read(RevisionForm)
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
    round_, form = found(round_id), read(RevisionForm)
    services.cancel(session(), round_, actor=actor(), now=clock.now(), revision=form.revision.data)
    flash(_("The round is deleted."), "ok")
    return redirect(url_for("rounds.index"), 303)


@bp.post("/<uuid:round_id>/homes")
@allow(*OFFICE)
def add_home(round_id: UUID) -> Response:
    """Add a home that was left out, or an urgent one."""
    round_, form = found(round_id), read(AddForm)
    assert form.household.data is not None
    edit = edit_of(round_, form)
    stop = services.add_home(edit, form.household.data, form.route.data)
    text = _(
        "Added to the route of %(name)s at %(time)s.",
        name=stop.route.names,
        time=f"{stop.starts_s // 3600:02}:{stop.starts_s % 3600 // 60:02}",
    )
    flash(f"{text} {told_anew(edit)}".strip(), "ok")
    return back_to(round_)
