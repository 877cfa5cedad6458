"""Answers that wait for a person, with one tap for each thing they may mean."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.notifications.forms.office import TypedForm
from outreach.notifications.models import Reply, ReplySource, ReplyState
from outreach.notifications.queries import replies as queries
from outreach.notifications.rules.windows import Span
from outreach.notifications.services import replies as services
from outreach.notifications.views.blueprint import bp, office, page_number, post


@bp.get("/replies")
@office
def inbox() -> ResponseReturnValue:
    """Answers that nobody has understood yet, or what became of the others."""
    waiting = request.args.get("tab") != "done"
    found = queries.listed(session(), waiting=waiting, page=page_number(), actor=actor())
    return render_template(
        "notifications/replies.html",
        found=found,
        waiting=waiting,
        count=queries.waiting_count(session(), actor=actor()),
    )


@bp.get("/replies/<uuid:reply_id>")
@office
def reply(reply_id: UUID) -> ResponseReturnValue:
    """One answer: who it may be, which visits it may be about, what to do."""
    return _page(queries.in_scope(session(), reply_id, actor=actor()))


def _page(found: Reply) -> ResponseReturnValue:
    now = clock.now()
    sender = queries.sender(session(), found.phone)
    visits = queries.visits_of(session(), sender.home_ids, now=now)
    offers = {
        one.id: [Span.read(text) for text in offer.windows]
        for one in visits
        if (offer := queries.offer_of(session(), one.id, now=now))
    }
    return render_template(
        "notifications/reply.html",
        reply=found,
        sender=sender,
        visits=visits,
        offers=offers,
        waiting=found.state is ReplyState.WAITING,
    )


@bp.post("/replies/<uuid:reply_id>")
@office
def settle(reply_id: UUID) -> ResponseReturnValue:
    """A person says what it meant."""
    found = queries.in_scope(session(), reply_id, actor=actor())
    deed = request.form.get("deed", "")
    services.settle(
        post(),
        found,
        deed,
        actor=actor(),
        appointment_id=request.form.get("appointment", type=UUID),
        choice=request.form.get("choice", type=int),
    )
    if deed == "offer":
        return redirect(url_for("notifications.reply", reply_id=found.id), 303)
    flash(_("Done. %(phone)s needs nothing more.", phone=found.phone), "ok")
    return redirect(url_for("notifications.inbox"), 303)


@bp.get("/replies/new")
@office
def new_reply() -> ResponseReturnValue:
    """Where to write down what somebody said on the phone, or texted to another phone."""
    form = TypedForm(data={"phone": request.args.get("phone", "")})
    return render_template("notifications/typed.html", form=form, new_id=uuid4())


@bp.post("/replies/new")
@office
def type_reply() -> ResponseReturnValue:
    """It counts like a reply that came by itself. The same form again is the same reply."""
    form = TypedForm(request.form)
    if not form.validate():
        page = render_template("notifications/typed.html", form=form, new_id=uuid4())
        return page, 422
    ref = str(request.form.get("form_id", type=UUID) or uuid4())
    incoming = services.Incoming(ReplySource.TYPED, ref, form.e164, form.text.data or "")
    taken = services.take(post(), incoming, typed_by=actor())
    return redirect(url_for("notifications.reply", reply_id=taken.id), 303)
