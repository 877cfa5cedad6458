"""Decides, for every request, whether the caller may call. What nobody declared, nobody may."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask
from flask import Flask, Request, g
from flask_login import current_user

from outreach.accounts import queries, services
from outreach.accounts.access import Access, Door, SignedOut, declared
from outreach.accounts.credentials import hash_token
from outreach.accounts.login import SignedIn
from outreach.accounts.models import User
from outreach.core import clock, replay
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
        raise SignedOut(revoked=_was_revoked())
    if not replay.is_from(who.id):
        raise SignedOut  # the reports of the one before wait until they sign in again
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
    held = replay.held()
    if request.method not in SAFE:
        services.touch(session(), who.device, now=clock.now(), held=held)
    elif held is not None and services.is_contact_news(who.device, now=clock.now(), held=held):
        g.contact = who.device.id, held  # written after the answer: this transaction only reads
    return who.user


def _was_revoked() -> bool:
    """Whether somebody ended this browser's session: its pack of homes must go then."""
    token = flask.session.get("_user_id")
    return bool(token) and queries.is_revoked(session(), hash_token(str(token)))


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
