"""Changes by hand, answered with a page, or for the board with the parts that changed."""

from __future__ import annotations

from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts import deeds
from outreach.accounts.access import allow
from outreach.core.i18n import gettext as _
from outreach.core.request import wants_json
from outreach.rounds import services
from outreach.rounds.forms import FullForm, LockForm, MoveForm, RevisionForm
from outreach.rounds.models import Round, Stop
from outreach.rounds.services import Edit
from outreach.rounds.views.blueprint import OFFICE, back_to, bp, edit_of, found, read, told_anew
from outreach.rounds.views.parts import changed_parts


def _answer(round_: Round, edit: Edit, said: str, *, quiet: bool = False) -> ResponseReturnValue:
    """The page again with what was done, or, for the board, its parts that changed."""
    said = f"{said} {told_anew(edit)}".strip()
    if wants_json():
        return changed_parts(round_, edit, said)
    if not quiet:
        flash(said, "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/move")
@allow(*OFFICE)
def move_stop(round_id: UUID, stop_id: UUID) -> ResponseReturnValue:
    """Give a stop to somebody, or another place in the order."""
    round_, form = found(round_id), read(MoveForm)
    assert form.route.data is not None
    edit = edit_of(round_, form)
    stop = services.move_stop(edit, stop_id, form.route.data, form.position.data)
    return _answer(round_, edit, _moved(edit, stop))


def _moved(edit: Edit, stop: Stop) -> str:
    """Where it is now, and the minutes of those it touched: also for who cannot see it."""
    minutes = "; ".join(
        _("%(name)s: %(n)s minutes", name=route.names, n=round(route.work_s / 60))
        for route in sorted(edit.touched, key=lambda one: one.position)
    )
    return _(
        "%(home)s is number %(n)s of %(name)s, at %(time)s. %(minutes)s.",
        home=stop.household.address,
        n=stop.position,
        name=stop.route.names,
        time=f"{stop.starts_s // 3600:02}:{stop.starts_s % 3600 // 60:02}",
        minutes=minutes,
    )


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/remove")
@allow(*OFFICE)
def remove_stop(round_id: UUID, stop_id: UUID) -> ResponseReturnValue:
    """Take a home off the round."""
    round_ = found(round_id)
    edit = edit_of(round_, read(RevisionForm))
    services.remove_stop(edit, stop_id)
    return _answer(round_, edit, _("The home is off the round. You find it among those left out."))


@bp.post("/<uuid:round_id>/stops/<uuid:stop_id>/lock")
@allow(*OFFICE)
def lock_stop(round_id: UUID, stop_id: UUID) -> ResponseReturnValue:
    """Keep a stop with its volunteer when planning again, or no longer."""
    round_, form = found(round_id), read(LockForm)
    edit, locked = edit_of(round_, form), bool(form.locked.data)
    stop = services.lock_stop(edit, stop_id, locked=locked)
    sentence = _("%(home)s is locked.") if locked else _("%(home)s is no longer locked.")
    return _answer(round_, edit, sentence % {"home": stop.household.address}, quiet=True)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/lock")
@allow(*OFFICE)
def lock_route(round_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """Keep a whole route as it is when planning again, or no longer."""
    round_, form = found(round_id), read(LockForm)
    edit, locked = edit_of(round_, form), bool(form.locked.data)
    services.lock_route(edit, route_id, locked=locked)
    said = _("The route is locked.") if locked else _("The route is no longer locked.")
    return _answer(round_, edit, said, quiet=True)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/full")
@allow(*OFFICE)
def fill_route(round_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """Give somebody no more homes when planning again, or let them get more."""
    round_, form = found(round_id), read(FullForm)
    edit, full = edit_of(round_, form), bool(form.full.data)
    services.fill_route(edit, route_id, full=full)
    said = _("They get no more homes.") if full else _("They may get more homes.")
    return _answer(round_, edit, said, quiet=True)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/absent")
@allow(*OFFICE)
def mark_absent(round_id: UUID, route_id: UUID) -> Response:
    """Somebody cannot come: share out what they had left at once, whoever it takes."""
    round_, form = found(round_id), read(RevisionForm)
    edit = edit_of(round_, form)
    shared = services.mark_absent(edit, route_id)
    text = _(
        "%(taken)s homes went to %(helpers)s others; %(left)s could not be fitted in.",
        taken=shared.taken_over,
        helpers=shared.helpers,
        left=shared.left_out,
    )
    flash(f"{text} {told_anew(edit)}".strip(), "warn" if shared.left_out else "ok")
    return back_to(round_)


@bp.post("/<uuid:round_id>/routes/<uuid:route_id>/present")
@allow(*OFFICE)
def mark_present(round_id: UUID, route_id: UUID) -> Response:
    """They come after all."""
    round_, form = found(round_id), read(RevisionForm)
    services.mark_present(edit_of(round_, form), route_id)
    return back_to(round_)


@bp.post("/<uuid:round_id>/undo")
@allow(*OFFICE)
def undo(round_id: UUID) -> ResponseReturnValue:
    """Take the last change back."""
    round_ = found(round_id)
    edit = edit_of(round_, read(RevisionForm))
    what = str(deeds.ACTS.get(services.undo(edit), ""))
    return _answer(round_, edit, _("Undone: %(what)s.", what=what))
