"""Decides, for every request, whether the caller may call. What nobody declared, nobody may."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Request, abort, g
from flask_login import current_user

from outreach.accounts import services
from outreach.accounts.access import Access, Door, declared
from outreach.accounts.login import SignedIn
from outreach.accounts.models import User
from outreach.core import clock
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.core.request import session

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check(request: Request, access: Access | None) -> None:
    """Let the caller through or raise: 401 to sign in, 403 for the wrong role or a foreign page."""
    if access is None:
        raise NotAllowed(_("Nobody may open this."))
    if access.door is Door.CALLBACK:
        return
    if request.method not in SAFE and not from_our_pages(request):
        raise NotAllowed(_("This form came from another site, so it was not accepted."))
    who = _recognise(request)
    if access.door is Door.PUBLIC:
        return
    if who is None:
        abort(401)
    if who.role not in access.roles:
        raise NotAllowed(_("Your account may not open this."))


def is_callback(app: Flask, request: Request) -> bool:
    """Whether a provider calls: some hand on news by GET, which is written down all the same."""
    access = declared(app.view_functions.get(request.endpoint or ""))
    return access is not None and access.door is Door.CALLBACK


def _recognise(request: Request) -> User | None:
    """The signed-in person, kept in `g`; a request that may write also marks the device seen."""
    who = current_user._get_current_object()  # noqa: SLF001 - Flask-Login's documented way
    if not isinstance(who, SignedIn):
        return None
    g.actor = who.user
    if request.method not in SAFE:
        services.touch(session(), who.device, now=clock.now())
    return who.user


def from_our_pages(request: Request) -> bool:
    """Whether a browser says the form was on our own page.

    Replaces a CSRF token, which would be stale when an outbox replays a form hours later. Browsers
    send `Origin` with every unsafe request and most send `Sec-Fetch-Site`; a request with neither
    is not a browser's cross-site form, and gets no cookie from one (`SameSite=Lax`).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
