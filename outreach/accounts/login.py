"""Flask-Login, wrapped: the cookie holds a device token, the database decides what it is worth."""

from __future__ import annotations

import hashlib

from flask import g
from flask_login import LoginManager, UserMixin

from outreach.accounts.models import Device, User
from outreach.accounts.queries import live_device
from outreach.core import clock
from outreach.core.request import session

manager = LoginManager()


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


def hash_token(token: str) -> str:
    """Tokens are random, so a plain digest keeps them out of a stolen database."""
    return hashlib.sha256(token.encode()).hexdigest()


@manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The signed-in person behind a cookie; None when revoked, expired or deactivated."""
    device = live_device(session(), hash_token(token), now=clock.now())
    if device is None:
        return None
    g.device = device
    return SignedIn(token, device)
