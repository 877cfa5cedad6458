"""A phone handed over at the door: checklist, signature and receipt, with or without a signal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.core import clock, replay
from outreach.core.forms import Form
from outreach.core.i18n import gettext as _
from outreach.core.replay import replayable
from outreach.core.request import session, wants_json, zone
from outreach.households.models import Household, Resident
from outreach.phone import queries, services
from outreach.phone.forms import SwapForm
from outreach.phone.views.blueprint import WALKERS, bp
from outreach.phone.views.door import doing, kept_fields, stored
from outreach.rounds import queries as rounds
from outreach.stock import labels as stock_labels
from outreach.stock import queries as stock
from outreach.stock import rules as stock_rules
from outreach.stock.models import Kind
from outreach.stock.queries import InBag
from outreach.swaps import labels, rules
from outreach.swaps import queries as swaps
from outreach.swaps.models import Approval, OldPhone


@bp.get("/homes/<uuid:household_id>/swap")
@allow(*WALKERS)
def swap(household_id: UUID) -> str:
    """The checklist of one home's hand-over."""
    return _page(household_id, None)


def _page(household_id: UUID, wrong: Form | None) -> str:
    today = clock.today(zone())
    home = queries.home_at_door(session(), household_id, actor=actor(), today=today)
    approval = swaps.open_approvals(session(), [home.id]).get(home.id)
    back = rounds.stop_of_day(session(), home.id, actor(), today)
    bag = stock.bag_of(session(), actor())
    return swap_page(home, home.residents, approval, bag, back, wrong=wrong)


def swap_page(
    home: Household,
    people: Sequence[Resident],
    approval: Approval | None,
    bag: Sequence[InBag],
    back: UUID | None,
    *,
    wrong: Form | None = None,
) -> str:
    """The page of a hand-over, also for a phone's pack. `back` is the home's stop of today."""
    receipt_id = request.form.get("receipt_id", type=UUID) or uuid4()
    return render_template(
        "phone/swap.html",
        home=home,
        people=people,
        approval=approval,
        devices=[one.device for one in bag if one.device.kind is not Kind.OLD],
        back=back,
        wrong=wrong,
        chosen=request.form if wrong else {},
        ticked=request.form.getlist("ticked") if wrong else [],
        receipt_id=receipt_id,
        receipt_no=rules.receipt_no(actor().id, receipt_id),
        swap_labels=labels,
        kinds=stock_labels.KINDS,
        spoken=stock_rules.spoken,
        old_choices=list(OldPhone),
        **kept_fields(),
    )


@bp.post("/homes/<uuid:household_id>/swap")
@allow(*WALKERS)
@replayable
def hand_over(household_id: UUID) -> ResponseReturnValue:
    """Store it; what the books did not expect goes to the leader's list, not back to the door."""
    form = SwapForm(request.form)
    if not form.validate():
        return replay.invalid(form) if wants_json() else (_page(household_id, form), 422)
    sent, doer = form.sent(), doing()
    receipt = services.hand_over(
        session(), household_id, form, sent,
        zone=zone(), ahead=replay.clock_ahead(doer["now"]), **doer,
    )  # fmt: skip
    assert form.receipt_id.data
    number = rules.receipt_no(actor().id, form.receipt_id.data)
    message = _("The phone is handed over. Receipt %(number)s.", number=number)
    return stored(receipt, message, receipt_no=number)
