"""Who may call a route: each view declares it, `web.guard` enforces it, a contract test walks all.

A view without a declaration is refused to everybody.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import g
from werkzeug.exceptions import Unauthorized

from outreach.accounts.models import Device, Role, User

F = TypeVar("F", bound=Callable[..., object])
ATTRIBUTE = "__access__"
#: Roles of the teams and the office.
STAFF = frozenset(Role) - {Role.PARTNER}


class Door(enum.Enum):
    """Kinds of callers that are not roles."""

    PUBLIC = "public"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route declares: a door open to strangers, or the roles that may enter."""

    door: Door | None = None
    roles: frozenset[Role] = frozenset()


class SignedOut(Unauthorized):
    """Nobody is signed in here. `code_said` tells a phone whether somebody ended it on purpose."""

    def __init__(self, *, revoked: bool = False) -> None:
        super().__init__()
        self.code_said = "revoked" if revoked else "signed_out"


def _declare(access: Access) -> Callable[[F], F]:
    def mark(view: F) -> F:
        setattr(view, ATTRIBUTE, access)
        return view

    return mark


def allow(*roles: Role) -> Callable[[F], F]:
    """Only these roles; what they may see of it is the service's and the query's to decide."""
    return _declare(Access(roles=frozenset(roles)))


def signed_in(view: F) -> F:
    """Everybody with an account."""
    return _declare(Access(roles=frozenset(Role)))(view)


def staff(view: F) -> F:
    """Everybody of the teams and the office: anybody signed in but a partner's clerk."""
    return _declare(Access(roles=STAFF))(view)


def public(view: F) -> F:
    """Anybody, without signing in."""
    return _declare(Access(door=Door.PUBLIC))(view)


def callback(view: F) -> F:
    """A provider's server: no cookie, no Origin header; the view checks a signature."""
    return _declare(Access(door=Door.CALLBACK))(view)


def declared(view: object) -> Access | None:
    """What a view declares; None means nobody may call it."""
    found = getattr(view, ATTRIBUTE, None)
    return found if isinstance(found, Access) else None


def actor() -> User:
    """The signed-in person; 401 when there is none."""
    found = actor_or_none()
    if found is None:
        raise SignedOut
    return found


def actor_or_none() -> User | None:
    """The signed-in person, on pages that strangers see too."""
    found: User | None = g.get("actor")
    return found


def device() -> Device:
    """The device this request came from; 401 when not signed in."""
    found: Device | None = g.get("device")
    if found is None:
        raise SignedOut
    return found
