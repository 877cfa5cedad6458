"""What every page of this feature shares."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import Blueprint

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role, User
from outreach.assistance import labels as help_labels
from outreach.core import clock
from outreach.partners import rules, words

bp = Blueprint("partners", __name__)
clerks_only = allow(Role.PARTNER)
#: Whoever makes agreements with partners.
office = allow(Role.OFFICER, Role.ADMINISTRATOR)
#: Whoever holds the keys of the whole site.
administrator = allow(Role.ADMINISTRATOR)
#: Whoever may hand a case over.
desk = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "help_labels": help_labels, "masked": rules.masked}


class Acting(TypedDict):
    """Who does it and when, for a service."""

    actor: User
    now: datetime


def acting() -> Acting:
    return {"actor": actor(), "now": clock.now()}
