"""Typing an identity number from the card, to see whether the same person was helped elsewhere."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.core.settings import Settings
from outreach.households.queries import resident_in_scope
from outreach.identity import services
from outreach.identity.forms import NumberForm
from outreach.identity.rules import Keys

bp = Blueprint("identity", __name__, url_prefix="/identity")
desk = allow(Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


def keys() -> Keys:
    """The site's secrets for digests; `NotFound` where numbers are not used."""
    settings: Settings = current_app.settings  # type: ignore[attr-defined]
    found = Keys(settings.identity_pepper, settings.identity_pepper_before, settings.exchange_key)
    if not found.on:
        raise NotFound(_("Identity numbers are not used here."))
    return found


@bp.get("/<uuid:resident_id>")
@desk
def ask(resident_id: UUID) -> ResponseReturnValue:
    """Where to type it."""
    return _page(resident_id, NumberForm())


def _page(resident_id: UUID, form: NumberForm, status: int = 200) -> ResponseReturnValue:
    keys()
    resident = resident_in_scope(session(), resident_id, actor=actor())
    return render_template("identity/ask.html", resident=resident, form=form), status


@bp.post("/<uuid:resident_id>")
@desk
def remember(resident_id: UUID) -> ResponseReturnValue:
    """Keep its digest and go back to the home, whose page says what was given before."""
    form = NumberForm(request.form)
    if not form.validate():
        return _page(resident_id, form, 422)
    resident = resident_in_scope(session(), resident_id, actor=actor())
    services.remember(
        session(), resident, form.number.digits, keys(), actor=actor(), now=clock.now()
    )
    flash(_("Compared. The number itself is not kept."), "ok")
    return redirect(url_for("assistance.home", household_id=resident.household_id), 303)
