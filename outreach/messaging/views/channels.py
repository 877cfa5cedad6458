"""How channels fare, and how each commune writes through them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.messaging import costs, services, troubles
from outreach.messaging.channels import FOREIGN
from outreach.messaging.communes import settings_of
from outreach.messaging.forms import HabitsForm, stored
from outreach.messaging.views.blueprint import bp, channels, settings, shared

DESK = (Role.OFFICER, Role.ADMINISTRATOR)


@bp.get("/messages/channels")
@allow(*DESK)
def ways() -> str:
    """Each way out: in use or resting, how it fares, what it costs, and whether it is abroad."""
    opened = channels()
    return render_template(
        "messaging/channels.html",
        found=costs.health(session(), list(opened.known), now=clock.now()),
        ways=[way.name for way in opened.ways],
        opened=opened.known,
        foreign=FOREIGN,
        callbacks=bool(settings().public_url),
        troubles=troubles,
        **shared(),
    )


@bp.get("/messages/communes/<uuid:area_id>")
@allow(Role.ADMINISTRATOR)
def commune(area_id: UUID) -> str:
    """A form with what goes out for one commune: trial mode, budget, sender."""
    area = scopes.area_in_scope(session(), area_id, actor=actor())
    form = HabitsForm(data=stored(settings_of(session(), area_id)))
    return render_template("messaging/commune.html", area=area, form=form, **shared())


@bp.post("/messages/communes/<uuid:area_id>")
@allow(Role.ADMINISTRATOR)
def change_commune(area_id: UUID) -> ResponseReturnValue:
    """Change it."""
    area = scopes.area_in_scope(session(), area_id, actor=actor())
    form = HabitsForm(request.form)
    if not form.validate():
        return render_template("messaging/commune.html", area=area, form=form, **shared()), 422
    services.set_habits(session(), area, form.facts(), actor=actor(), now=clock.now())
    flash(_("Saved."), "success")
    return redirect(url_for("notifications.manner", area_id=area.id), 303)
