"""The page on which residents check a visitor, confirm, move or stop: no sign-in, no script."""

from __future__ import annotations

from typing import cast

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import public
from outreach.core import clock
from outreach.core.errors import Conflict, NotFound
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.messaging.models import Source
from outreach.notifications.forms.people import CheckForm
from outreach.notifications.queries import public as queries
from outreach.notifications.rules.windows import Span
from outreach.notifications.services import checking as services
from outreach.notifications.services.checking import Asker, Seen
from outreach.notifications.services.deeds import Deed
from outreach.notifications.views.blueprint import bp, post


def _asker() -> Asker:
    return Asker(request.remote_addr or "", cast("str", current_app.secret_key))


@bp.get("/check")
@public
def check() -> ResponseReturnValue:
    """Where to type the code."""
    return _ask(CheckForm())


@bp.post("/check")
@public
def look() -> ResponseReturnValue:
    """Who comes and when, for whoever knows the code and the phone."""
    form = CheckForm(request.form)
    if not form.validate():
        return _ask(form, 422)
    code, digits = form.code.data or "", form.digits.data or ""
    seen = services.look(session(), code, digits, _asker(), now=clock.now())
    if seen is None:
        form.form_errors.append(
            _(
                "We know no visit with this code and these digits. "
                "If somebody is at your door with it, call the ward."
            )
        )
        return _ask(form, 404)
    return _show(seen)


def _ask(form: CheckForm, status: int = 200) -> ResponseReturnValue:
    return render_template("notifications/check.html", form=form), status


def _show(seen: Seen, *, said: str = "", windows: list[Span] | None = None) -> ResponseReturnValue:
    manner = post().manner(seen.appointment.household.area_id)
    return render_template(
        "notifications/visit.html",
        seen=seen,
        visit=seen.appointment,
        team=queries.team_of(session(), seen.appointment),
        hotline=manner.hotline,
        said=said,
        windows=windows or [],
    )


@bp.post("/check/<deed>")
@public
def act(deed: str) -> ResponseReturnValue:
    """Confirm, ask for another time, choose one, or stop all messages."""
    ticket = request.form.get("ticket", "")
    seen = services.again(session(), ticket, _asker(), now=clock.now())
    doing = Deed(post(), "page")
    if deed == "confirm":
        doing.confirm(seen.appointment)
        return _show(seen, said=_("Thank you. The team knows that the time suits you."))
    if deed == "stop":
        doing.stop(seen.phone, source=Source.PAGE)
        return _show(seen, said=_("This phone gets no more messages from us."))
    if deed in {"move", "choose"}:
        return _move(seen, doing, request.form.get("choice", type=int))
    raise NotFound(_("There is no such page."))


def _move(seen: Seen, doing: Deed, choice: int | None) -> ResponseReturnValue:
    """Three other times; then the one that was chosen."""
    offer = doing.offer(seen.appointment, seen.phone)
    if offer is None:
        return _show(seen, said=_("There is no free time in the next two weeks. Please call us."))
    if choice is None:
        return _show(seen, windows=[Span.read(text) for text in offer.windows])
    try:
        with session().begin_nested():
            doing.choose(offer, choice)
    except Conflict as conflict:
        return _show(seen, said=str(conflict))
    return _show(seen, said=_("Your visit is moved to the time shown here."))
