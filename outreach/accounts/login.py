"""Flask-Login, wrapped: the cookie holds a device token, the database decides what it is worth."""

from __future__ import annotations

import flask
from flask import g
from flask_login import LoginManager, UserMixin, login_user

from outreach.accounts.credentials import hash_token
from outreach.accounts.models import Device, User
from outreach.accounts.queries import live_device
from outreach.core import clock
from outreach.core.request import session

manager = LoginManager()
# it ties a session to an address, and phones change theirs all day; devices are revoked instead
manager.session_protection = None


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login carries about: a device, and through it a user."""

    def __init__(self, token: str, device: Device) -> None:
        self.token = token
        self.device = device

    @property
    def user(self) -> User:
        return self.device.user

    def get_id(self) -> str:
        return self.token


@manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The signed-in person behind a cookie; None when revoked, expired or deactivated."""
    device = live_device(session(), hash_token(token), now=clock.now())
    if device is None:
        return None
    g.device = device
    return SignedIn(token, device)


def enter(device: Device, token: str) -> None:
    """Put the token into this browser's cookie; whatever it held before is gone."""
    flask.session.clear()
    flask.session.permanent = True
    login_user(SignedIn(token, device))


def leave() -> None:
    """Empty this browser's cookie."""
    flask.session.clear()
