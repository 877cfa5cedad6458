"""What a phone sends besides visit reports, now or hours later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.core import text
from outreach.core.forms import Form, MomentField, NoSecrets, Numbers, UuidField, at_most, required
from outreach.core.i18n import lazy_gettext as _
from outreach.core.phones import Phone, parse_all
from outreach.households import merging, wording
from outreach.households.forms import PersonForm
from outreach.households.merging import Change
from outreach.households.models import Hazard
from outreach.households.services import Person
from outreach.phone.services import Sent
from outreach.swaps.forms import HandOverForm
from outreach.visits import labels
from outreach.visits.models import Outcome

#: The form that we render; kept apart from the visit report's, which changes for its own reasons.
FORM_VERSION = 1
LONGEST = 500


class KeptForm(Form):
    """A form with an id of its own, so that it may be sent again."""

    report_id = UuidField(_("Report"), [required()])
    made_at = MomentField(_("Time"), [required()])
    form_version = wtforms.IntegerField(
        _("Form"),
        [
            validators.InputRequired(_("This form is damaged. Please load the page again.")),
            validators.NumberRange(1, FORM_VERSION),
        ],
    )

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.told: MultiDict[str, str] = formdata if formdata is not None else MultiDict()

    def sent(self) -> Sent:
        """Only after `validate()`."""
        assert self.report_id.data
        assert self.made_at.data
        content = sorted((name, tuple(values)) for name, values in self.told.lists())
        version = self.form_version.data or FORM_VERSION
        return Sent(self.report_id.data, self.made_at.data, version, content)


class PlaceForm(KeptForm):
    """Where a home stands: by the phone, or as near as another home."""

    latitude = wtforms.FloatField(_("Latitude"), [validators.Optional()])
    longitude = wtforms.FloatField(_("Longitude"), [validators.Optional()])
    #: A point as `merging.pin` writes it, chosen from homes nearby.
    place = wtforms.SelectField(_("Place on the map"), validate_choice=False, default="")

    def validate_latitude(self, field: wtforms.Field) -> None:
        _check(field.data, 90)

    def validate_longitude(self, field: wtforms.Field) -> None:
        _check(field.data, 180)

    def validate_place(self, field: wtforms.Field) -> None:
        try:
            latitude, longitude = merging.point(field.data or "")
        except ValueError as error:
            raise _nowhere() from error
        _check(latitude, 90)
        _check(longitude, 180)

    @property
    def pin(self) -> str:
        """The point that was told; empty when none was."""
        told = merging.pin(self.latitude.data, self.longitude.data)
        return told or merging.pin(*merging.point(self.place.data or ""))


def _check(degrees: float | None, most: float) -> None:
    if degrees is not None and not -most <= degrees <= most:
        raise _nowhere()


def _nowhere() -> validators.ValidationError:
    return validators.ValidationError(str(_("This is not a place on earth.")))


def _hazards() -> list[SelectChoice]:
    return [SelectChoice(one.value, str(label)) for one, label in wording.HAZARDS.items()]


class FixHomeForm(PlaceForm):
    """Fields of a home; each counts when the form also says what it was (`was.<field>`)."""

    address = wtforms.StringField(_("Address"), [at_most(200)])
    landmark = wtforms.StringField(_("How to find it"), [at_most(200), NoSecrets()])
    note = wtforms.TextAreaField(_("Note for volunteers"), [at_most(LONGEST), NoSecrets()])
    needs_home_visit = wtforms.BooleanField(_("Somebody there cannot come to us"))
    hazards = wtforms.SelectMultipleField(_("Take care"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hazards.choices = _hazards()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A form about the pin must tell one."""
        fine = super().validate(*args, **kwargs)
        if fine and "was.pin" in self.told and not self.pin:
            message = _("The phone does not know yet where it is. Try again outside.")
            self.form_errors.append(str(message))
        return fine and not self.form_errors

    def changes(self) -> list[Change]:
        """Only after `validate()`."""
        told = {
            "address": self.address.data or "",
            "landmark": self.landmark.data or "",
            "note": self.note.data or "",
            "needs_home_visit": merging.YES if self.needs_home_visit.data else "",
            "hazards": " ".join(sorted(self.hazards.data or [])),
            "pin": self.pin,
        }
        changes = _changes(merging.HOME, told, self.told)
        return [one for one in changes if one.wanted or one.field != "address"]


class FixPersonForm(KeptForm, PersonForm):
    """A person's fields; each counts when the form also says what it was."""

    def changes(self) -> list[Change]:
        """Only after `validate()`."""
        person = self.person()
        told = {
            "name": person.name,
            "salutation": person.salutation.value if person.salutation else "",
            "birth_year": str(person.birth_year or ""),
            "relation": person.relation,
            "phones": " ".join(sorted({phone.e164 for phone in person.phones})),
        }
        return _changes(merging.PERSON, told, self.told)


def _changes(
    fields: Sequence[str], told: dict[str, str], data: MultiDict[str, str]
) -> list[Change]:
    return [
        Change(field, _was(data[f"was.{field}"]), told[field])
        for field in fields
        if f"was.{field}" in data
    ]


def _was(said: str) -> str:
    """What the phone saw; where that should never have been kept, it saw nothing."""
    said = text.clean_lines(said)[:LONGEST]
    return "" if text.looks_secret(said) else said


class NewPersonForm(KeptForm, PersonForm):
    """Somebody who lives there and is on no list."""


class SwapForm(KeptForm, HandOverForm):
    """A phone handed over at the door."""


class CountForm(KeptForm):
    """What was found in the bag at the end of the day."""

    device = wtforms.SelectMultipleField(_("In the bag"), validate_choice=False)

    def validate_device(self, field: wtforms.Field) -> None:
        try:
            self.found = [UUID(one) for one in field.data or ()]
        except ValueError as error:
            damaged = _("This form is damaged. Please load the page again.")
            raise validators.ValidationError(str(damaged)) from error


class NewHomeForm(PlaceForm):
    """A home that is on no list, found on the way."""

    #: A stop of the own route that it stands near: its neighbourhood.
    near = UuidField(_("Near"), [required()])
    address = wtforms.StringField(_("Address"), [at_most(200)])
    landmark = wtforms.StringField(_("How to find it"), [at_most(200), NoSecrets()])
    name = wtforms.StringField(_("Who lives there"), [at_most(120), NoSecrets()])
    birth_year = wtforms.IntegerField(
        _("Birth year"), [validators.Optional(), validators.NumberRange(1900, 2200)]
    )
    phones = wtforms.StringField(_("Phone numbers"), [at_most(120), Numbers()])
    note = wtforms.TextAreaField(_("Note for volunteers"), [at_most(LONGEST), NoSecrets()])
    hazards = wtforms.SelectMultipleField(_("Take care"))
    outcome = wtforms.RadioField(_("What happened"), default="")
    #: Set when the volunteer saw the home it may be, and said it is another one.
    anyway = wtforms.HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hazards.choices = _hazards()
        self.outcome.choices = [
            SelectChoice("", str(_("Not reported yet"))),
            *(SelectChoice(one.value, str(label)) for one, label in labels.OUTCOMES.items()),
        ]

    def validate_address(self, field: wtforms.StringField) -> None:
        if not field.data and not self.landmark.data:
            message = _("Write the address, or how to find the home where there is none.")
            raise validators.ValidationError(str(message))

    def validate_phones(self, field: wtforms.StringField) -> None:
        numbers = parse_all(field.data or "")
        if not all(isinstance(number, Phone) for number in numbers):
            raise validators.ValidationError(str(_("This is no phone number.")))
        if numbers and not self.name.data:
            raise validators.ValidationError(str(_("Write whose number it is.")))

    def first_person(self) -> Person | None:
        """Whoever was named; only after `validate()`."""
        if not self.name.data:
            return None
        numbers = parse_all(self.phones.data or "")
        return Person(
            name=self.name.data,
            birth_year=self.birth_year.data,
            phones=tuple(one for one in numbers if isinstance(one, Phone)),
        )

    def reported(self) -> Outcome | None:
        return Outcome(self.outcome.data) if self.outcome.data else None

    def dangers(self) -> list[str]:
        return sorted(set(self.hazards.data or []) & set(Hazard))


class AbsentForm(KeptForm):
    """Nobody home at several doors: a building, a floor, or those ticked."""

    note = wtforms.TextAreaField(_("Note"), [at_most(LONGEST), NoSecrets()])
    stop = wtforms.SelectMultipleField(_("Homes"), validate_choice=False)
    latitude = wtforms.FloatField(_("Place"), [validators.Optional()])
    longitude = wtforms.FloatField(_("Place"), [validators.Optional()])
    accuracy_m = wtforms.FloatField(_("Place"), [validators.Optional()])

    def validate_stop(self, field: wtforms.Field) -> None:
        if not field.data:
            raise validators.ValidationError(str(_("Tick the homes where nobody was in.")))
        try:
            self.stops = list(dict.fromkeys(UUID(one) for one in field.data))
        except ValueError as error:
            damaged = _("This form is damaged. Please load the page again.")
            raise validators.ValidationError(str(damaged)) from error
