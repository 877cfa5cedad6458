"""Reads the forms about appointments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import wtforms
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]

from outreach.appointments import services
from outreach.core.forms import Form, at_most, required
from outreach.core.i18n import lazy_gettext as _
from outreach.households.models import Household
from outreach.teams.models import Skill

#: What some visits need, in the order offered.
SKILLS = (
    ("", _("Anybody can")),
    (Skill.VNEID.value, _("Somebody who knows VNeID")),
    (Skill.BANK.value, _("Somebody who knows bank accounts")),
    (Skill.CARRIER.value, _("Somebody from a phone carrier")),
    (Skill.PROCEDURES.value, _("Somebody who knows public procedures")),
    (Skill.DIGITAL_SIGNATURE.value, _("Somebody who knows digital signatures")),
)


class WindowForm(Form):
    """A day with the times between which a visit begins."""

    day = wtforms.DateField(_("Day"), [required()])
    starts = wtforms.TimeField(_("From"), [required()])
    ends = wtforms.TimeField(_("Until"), [required()])

    def validate_ends(self, field: wtforms.TimeField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise validators.ValidationError(str(_("The time must end after it begins.")))

    def window(self, zone: ZoneInfo) -> services.Window:
        """The window in UTC. Call it only after `validate()` was true."""
        return services.Window(
            _moment(self.day.data, self.starts.data, zone),
            _moment(self.day.data, self.ends.data, zone),
        )


class AgreeForm(WindowForm):
    """What was agreed with a home."""

    resident = wtforms.SelectField(_("For whom"), validate_choice=True)
    skill = wtforms.SelectField(
        _("Who should come"), choices=[SelectChoice(value, label) for value, label in SKILLS]
    )
    note = wtforms.StringField(_("Note for the visitor"), [at_most(200)])

    def offer(self, household: Household) -> None:
        """Fill in who lives there; call it before `validate()`."""
        self.resident.choices = [
            SelectChoice("", _("The whole household")),
            *(SelectChoice(str(p.id), p.name) for p in household.residents if not p.left_at),
        ]

    def wish(self, household: Household, zone: ZoneInfo) -> services.Wish:
        """What the service needs. Call it only after `validate()` was true."""
        chosen = {str(person.id): person.id for person in household.residents}
        return services.Wish(
            household_id=household.id,
            window=self.window(zone),
            resident_id=chosen.get(self.resident.data or ""),
            skill=self.skill.data or None,
            note=self.note.data or "",
        )


def _moment(day: date | None, at: time | None, zone: ZoneInfo) -> datetime:
    assert day is not None
    assert at is not None
    return datetime.combine(day, at, zone).astimezone(UTC)
