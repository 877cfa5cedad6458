"""A home as it is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators

from outreach.core.forms import Form, at_most
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households.forms.guards import a_choice, no_secrets, one_of
from outreach.households.models import Circumstance, Household
from outreach.households.services import Entry
from outreach.households.wording import CIRCUMSTANCES
from outreach.places.models import Area, Level


def _uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


class HomeForm(Form):
    """Everything about a home except who lives there."""

    area_id = wtforms.SelectField(_("Neighbourhood or cell"), [a_choice()], coerce=_uuid)
    address = wtforms.StringField(_("Address"), [at_most(200)])
    landmark = wtforms.StringField(_("How to find it"), [at_most(200), no_secrets])
    code = wtforms.StringField(_("Household code"), [at_most(40)])
    circumstance = wtforms.SelectField(_("Circumstances"))
    needs_home_visit = wtforms.BooleanField(_("Somebody there cannot come to us"))
    home_from = wtforms.TimeField(_("Usually in from"), [validators.Optional()])
    home_until = wtforms.TimeField(_("until"), [validators.Optional()])
    latitude = wtforms.FloatField(
        _("Latitude"), [validators.Optional(), validators.NumberRange(-90, 90)]
    )
    longitude = wtforms.FloatField(
        _("Longitude"), [validators.Optional(), validators.NumberRange(-180, 180)]
    )
    note = wtforms.TextAreaField(_("Note for volunteers"), [at_most(500), no_secrets])

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

    def validate_longitude(self, field: wtforms.FloatField) -> None:
        if (field.data is None) != (self.latitude.data is None):
            raise validators.ValidationError(gettext("Latitude and longitude are needed together."))

    def validate_home_until(self, field: wtforms.TimeField) -> None:
        begin, end = self.home_from.data, field.data
        if (begin is None) != (end is None):
            raise validators.ValidationError(gettext("Write both times or neither."))
        if begin is not None and end is not None and begin >= end:
            raise validators.ValidationError(gettext("The second time must be later."))

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
    }


def _minutes(value: time | None) -> int | None:
    return None if value is None else value.hour * 60 + value.minute


def _time(value: int | None) -> time | None:
    return None if value is None else time(value // 60 % 24, value % 60)
