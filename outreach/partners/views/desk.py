"""The clerk's desk: a list without names, a slip that is opened (and that is recorded), a step."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.assistance.services import AlreadyHelped, Clash, WrongMove
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session, zone
from outreach.partners import queries, services
from outreach.partners.forms import ClerkStepForm
from outreach.partners.models import Clerk, HandOver
from outreach.partners.views.blueprint import acting, bp, clerks_only


@bp.get("/partner")
@clerks_only
def mine() -> ResponseReturnValue:
    """Everybody handed to the partner, without names until opened."""
    clerk = _clerk()
    open_only = request.args.get("all") != "yes"
    page = request.args.get("page", 1, type=int)
    found = queries.handed(session(), clerk, open_only=open_only, page=page)
    return render_template("partners/mine.html", found=found, clerk=clerk, open_only=open_only)


def _clerk() -> Clerk:
    return queries.clerk_of(session(), actor())


@bp.post("/partner/<uuid:hand_over_id>")
@clerks_only
def open_slip(hand_over_id: UUID) -> ResponseReturnValue:
    """Who it is. A POST, because it is written down every time; the answer is the page itself."""
    clerk = _clerk()
    row = queries.hand_over_of(session(), hand_over_id, clerk)
    return _slip_page(row, clerk)


def _slip_page(
    row: HandOver, clerk: Clerk, form: ClerkStepForm | None = None, status: int = 200
) -> ResponseReturnValue:
    services.open_slip(session(), row, **acting())
    slip = queries.slip(session(), row, clerk, on=clock.today(zone()))
    form = form or ClerkStepForm(data={"form_id": uuid4()})
    form.offer(row.case.programme, slip.moves)
    return render_template("partners/slip.html", slip=slip, clerk=clerk, form=form), status


@bp.post("/partner/<uuid:hand_over_id>/steps")
@clerks_only
def record(hand_over_id: UUID) -> ResponseReturnValue:
    """Record what the partner did."""
    clerk = _clerk()
    row = queries.hand_over_of(session(), hand_over_id, clerk)
    moves = queries.moves(session(), row, clerk.partner, on=clock.today(zone()))
    form = ClerkStepForm(request.form).offer(row.case.programme, moves)
    if not form.validate():
        return _slip_page(row, clerk, form, 422)
    try:
        _record(row, clerk, form)
    except (AlreadyHelped, WrongMove, Clash) as refusal:
        form.form_errors.append(str(refusal))
        form.asks_twice = isinstance(refusal, AlreadyHelped) and not refusal.sure
        return _slip_page(row, clerk, form, 422 if isinstance(refusal, WrongMove) else 409)
    flash(_("The step is recorded."), "ok")
    return redirect(url_for("partners.mine"), 303)


def _record(row: HandOver, clerk: Clerk, form: ClerkStepForm) -> None:
    services.record(
        session(),
        row,
        clerk,
        form_id=form.form_id.data or uuid4(),
        move=form.move.data or "",
        stop_reason=form.stop_reason.data or None,
        note=form.note.data or "",
        acknowledged=bool(form.double_checked.data),
        **acting(),
    )


@bp.post("/partner/<uuid:hand_over_id>/steps/<uuid:step_id>/undo")
@clerks_only
def undo(hand_over_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Take back the partner's own last step."""
    clerk = _clerk()
    row = queries.hand_over_of(session(), hand_over_id, clerk)
    services.take_back_own(session(), row, clerk, step_id, **acting())
    flash(_("The step is taken back."), "ok")
    return redirect(url_for("partners.mine"), 303)
