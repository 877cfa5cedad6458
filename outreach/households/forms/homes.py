"""A home as it is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators

from outreach.core.forms import NoSecrets, Numbers, at_most
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households import merging
from outreach.households.forms.guards import a_choice, one_of
from outreach.households.forms.seen import SeenForm, as_seen
from outreach.households.models import Circumstance, Household
from outreach.households.services import Entry
from outreach.households.wording import CIRCUMSTANCES
from outreach.places.models import Area, Level


def _uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


class HomeForm(SeenForm):
    """Everything about a home except who lives there."""

    area_id = wtforms.SelectField(_("Neighbourhood or cell"), [a_choice()], coerce=_uuid)
    address = wtforms.StringField(_("Address"), [at_most(200)])
    landmark = wtforms.StringField(_("How to find it"), [at_most(200), NoSecrets()])
    code = wtforms.StringField(_("Household code"), [at_most(40), Numbers()])
    circumstance = wtforms.SelectField(_("Circumstances"), default=Circumstance.NONE.value)
    needs_home_visit = wtforms.BooleanField(_("Somebody there cannot come to us"))
    home_from = wtforms.TimeField(_("Usually in from"), [validators.Optional()])
    home_until = wtforms.TimeField(_("until"), [validators.Optional()])
    latitude = wtforms.FloatField(
        _("Latitude"), [validators.Optional(), validators.NumberRange(-90, 90)]
    )
    longitude = wtforms.FloatField(
        _("Longitude"), [validators.Optional(), validators.NumberRange(-180, 180)]
    )
    note = wtforms.TextAreaField(_("Note for volunteers"), [at_most(500), NoSecrets()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circumstance.choices = one_of(CIRCUMSTANCES)

    def offer(self, areas: Sequence[Area]) -> HomeForm:
        """The areas it may stand in."""
        indent = {Level.CELL: "— "}
        self.area_id.choices = [(a.id, indent.get(a.level, "") + a.full_name) for a in areas]
        return self

    def validate_address(self, field: wtforms.StringField) -> None:
        if not field.data and not self.landmark.data:
            raise validators.ValidationError(
                gettext("Write the address, or how to find the home where there is none.")
            )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Pairs are whole or empty; an empty half would skip its own validators."""
        fine = super().validate(*args, **kwargs)
        if fine and (self.longitude.data is None) != (self.latitude.data is None):
            self._wrong(self.longitude, gettext("Latitude and longitude are needed together."))
        begin, end = self.home_from.data, self.home_until.data
        if fine and (begin is None) != (end is None):
            self._wrong(self.home_until, gettext("Write both times or neither."))
        elif fine and begin is not None and end is not None and begin >= end:
            self._wrong(self.home_until, gettext("The second time must be later."))
        return fine and not self.errors

    @staticmethod
    def _wrong(field: wtforms.Field, message: str) -> None:
        field.errors = [*field.errors, message]

    def entry(self) -> Entry:
        """What a service takes; only after `validate()`."""
        area_id = self.area_id.data
        assert isinstance(area_id, UUID)
        return Entry(
            area_id=area_id,
            address=self.address.data or "",
            code=self.code.data or None,
            landmark=self.landmark.data or "",
            circumstance=Circumstance(self.circumstance.data),
            needs_home_visit=bool(self.needs_home_visit.data),
            home_from=_minutes(self.home_from.data),
            home_until=_minutes(self.home_until.data),
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            note=self.note.data or "",
        )


def shown(household: Household) -> dict[str, Any]:
    """A stored home as the form's values."""
    return {
        "area_id": household.area_id,
        "address": household.address,
        "landmark": household.landmark,
        "code": household.code,
        "circumstance": household.circumstance.value,
        "needs_home_visit": household.needs_home_visit,
        "home_from": _time(household.home_from),
        "home_until": _time(household.home_until),
        "latitude": household.latitude,
        "longitude": household.longitude,
        "note": household.note,
        "seen": as_seen(merging.of_home(household) | {"area": str(household.area_id)}),
    }


def _minutes(value: time | None) -> int | None:
    return None if value is None else value.hour * 60 + value.minute


def _time(value: int | None) -> time | None:
    return None if value is None else time(value // 60 % 24, value % 60)
