"""What a filter asks for. A filter that cannot be read shows what it would show without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wtforms import BooleanField, DateField, validators

from outreach.core.forms import Form, UuidField
from outreach.core.i18n import lazy_gettext as _
from outreach.insights.rules import sensible


class BoardForm(Form):
    day = DateField(_("Day"), [validators.Optional()])
    team = UuidField(_("Team"), [validators.Optional()])
    route = UuidField(_("Route"), [validators.Optional()])
    needs_me = BooleanField(_("Only what needs me"))


class PeriodForm(Form):
    first = DateField(_("From day"), [validators.Optional()])
    last = DateField(_("To day"), [validators.Optional()])
    area = UuidField(_("Area"), [validators.Optional()])


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which part of which day."""

    day: date
    team: UUID | None
    route: UUID | None
    needs_me: bool


def board_filter(form: BoardForm, *, today: date) -> BoardFilter:
    """The filter as far as it could be read."""
    form.validate()
    return BoardFilter(
        day=sensible(form.day.data or today),
        team=form.team.data,
        route=form.route.data,
        needs_me=form.needs_me.data,
    )
