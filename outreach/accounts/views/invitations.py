"""Invitations: shown once to whoever makes one, accepted by whoever has the link and the PIN."""

from __future__ import annotations

import segno
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import queries, services
from outreach.accounts.access import public
from outreach.accounts.forms import AcceptForm
from outreach.accounts.views.blueprint import bp
from outreach.accounts.views.signing import entered, label
from outreach.core import clock
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.request import session


def link(token: str) -> str:
    """The address to open on the invited person's phone."""
    base = current_app.settings.public_url.rstrip("/")  # type: ignore[attr-defined]
    path = url_for("accounts.invitation", token=token)
    return f"{base or request.host_url.rstrip('/')}{path}"


def made(issued: services.Issued, *, back: str) -> ResponseReturnValue:
    """The one page that shows the link and the PIN: the answer itself, as nothing stores them."""
    url = link(issued.token)
    code = segno.make(url, error="m", micro=False)
    page = render_template(
        "accounts/invitation_made.html",
        issued=issued,
        url=url,
        qr=code.svg_data_uri(scale=6, border=3, light="#fff", dark="#000"),
        back=back,
    )
    return page, 201


@bp.get("/invite/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """What an invited person sees first."""
    _refuse_dead(token)
    return render_template("accounts/invitation.html", form=AcceptForm())


@bp.post("/invite/<token>")
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """PIN and new password in, signed in out. A wrong PIN is counted, so it is not raised."""
    _refuse_dead(token)
    form = AcceptForm(request.form)
    found = _accepted(token, form) if form.validate() else None
    if found is None:
        return render_template("accounts/invitation.html", form=form), 422
    return entered(found, "/")


def _refuse_dead(token: str) -> None:
    if queries.open_invitation(session(), token, now=clock.now()) is None:
        raise NotFound(
            _("This invitation no longer works. Please ask whoever invited you for a new one.")
        )


def _accepted(token: str, form: AcceptForm) -> services.Entered | None:
    try:
        found = services.accept(
            session(),
            token,
            pin=form.digits(),
            password=form.password.data or "",
            label=label(),
            now=clock.now(),
        )
    except services.WeakPassword as weak:
        form.password.errors = [str(weak)]
        return None
    if found is None:
        form.pin.errors = [_("This is not the right PIN. After five wrong ones the link dies.")]
    return found
