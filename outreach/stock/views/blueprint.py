"""What every page of the stock shares: who may enter, who acts when, words, a try that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from flask import Blueprint, request

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role, User
from outreach.core import clock, text
from outreach.core.errors import NotAllowed, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.stock import labels, rules

bp = Blueprint("stock", __name__, url_prefix="/stock")

office = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)
#: Whoever answers for a commune's store.
desk = allow(Role.OFFICER, Role.ADMINISTRATOR)


@bp.app_context_processor
def _words() -> dict[str, object]:
    """For the pages of the stock and those that show its phones."""
    return {"stock_labels": labels, "spoken": rules.spoken}


LONGEST_NOTE = 200


def note_asked() -> str:
    """What was typed beside a deed. Raises `Refusal` for what is never kept."""
    note = text.clean(request.form.get("note", ""))[:LONGEST_NOTE]
    if text.looks_secret(note):
        raise Refusal(_("Please leave out identity card numbers: they are never kept."))
    return note


class Acting(TypedDict):
    """Who does it and when, for a service."""

    actor: User
    now: datetime


def acting() -> Acting:
    return {"actor": actor(), "now": clock.now()}


def tried(act: Callable[[], object]) -> str:
    """Do it whole or not at all; why not, for the page it was asked on. Empty: it is done."""
    try:
        with session().begin_nested():
            act()
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return str(refusal)
    return ""
