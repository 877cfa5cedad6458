"""What people type about teams, members and hours: untrusted fields in, typed values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any, TypedDict
from uuid import UUID

import wtforms
from babel import dates
from wtforms import ValidationError, validators

from outreach.accounts.forms import PhoneField, area_choices
from outreach.core import i18n
from outreach.core.forms import Form, Numbers, SelectChoice, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.teams.labels import position_name, skill_name
from outreach.teams.models import Position, Skill
from outreach.teams.services import Place, TeamFacts

#: A way of writing a place that maps give when one holds a finger on them.
_POINT = re.compile(r"^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$")


class PointField(wtforms.StringField):
    """Latitude and longitude in one line, "10.9804, 106.7591"; `point` once it was validated."""

    point: tuple[float, float] | None = None

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        found = _POINT.match(self.data)
        point = (float(found[1]), float(found[2])) if found else (91.0, 0.0)
        if abs(point[0]) > 90 or abs(point[1]) > 180:
            raise ValidationError(gettext("Please write it as latitude, longitude."))
        self.point = point


class TeamForm(Form):
    name = wtforms.StringField(_("Name of the team"), [required(), at_most(160)])
    area_id = wtforms.SelectField(_("Area"), [required()])
    decision_no = wtforms.StringField(_("Decision no."), [at_most(80)])
    established_on = wtforms.DateField(_("Established on"), [validators.Optional()])
    dissolved_on = wtforms.DateField(_("Dissolved on"), [validators.Optional()])
    start = PointField(_("Where rounds start"), [at_most(60), Numbers()])

    def offer(self, areas: list[tuple[str, str]]) -> None:
        """Offer the actor's areas only."""
        self.area_id.choices = area_choices(areas)

    def validate_dissolved_on(self, field: wtforms.DateField) -> None:
        begun = self.established_on.data
        if field.data and begun and field.data < begun:
            raise ValidationError(gettext("A team cannot end before it begins."))

    def facts(self) -> TeamFacts:
        """What was typed; call it after `validate()` was true."""
        return TeamFacts(
            name=self.name.data or "",
            area_id=UUID(self.area_id.data),
            decision_no=self.decision_no.data or "",
            established_on=self.established_on.data,
            dissolved_on=self.dissolved_on.data,
            start=self.start.point,
        )


class PlaceForm(Form):
    """What somebody is in the team. `offer` must be called before it is validated."""

    position = wtforms.RadioField(
        _("Position in the team"), [required()], default=Position.MEMBER.value
    )
    organisation = wtforms.StringField(_("Organisation"), [at_most(120)])
    skills = wtforms.SelectMultipleField(
        _("Can help with"), option_widget=wtforms.widgets.CheckboxInput()
    )

    def offer(self, positions: list[Position]) -> None:
        """Offer only the positions that the actor may give."""
        self.position.choices = [SelectChoice(p.value, position_name(p)) for p in positions]
        self.skills.choices = [SelectChoice(s.value, skill_name(s)) for s in Skill]

    def place(self) -> Place:
        """What was chosen; call it after `validate()` was true."""
        return Place(
            position=Position(self.position.data),
            organisation=self.organisation.data or "",
            skills=tuple(Skill(value) for value in self.skills.data or ()),
        )


class JoinForm(PlaceForm):
    phone = PhoneField(_("Phone number"), [required(), at_most(40)])
    name = wtforms.StringField(_("Full name"), [at_most(120)])


class Bearable(TypedDict):
    """A rest (minutes since midnight, and how long) and limits; None: not said."""

    rest_from: int | None
    rest_until: int | None
    rest_minutes: int | None
    most_visits: int | None
    most_walking: int | None


class RestFields(Form):
    """When somebody rests, and how much they can bear on one day."""

    rest_from = wtforms.TimeField(_("Rest begins from"), [validators.Optional()])
    rest_until = wtforms.TimeField(_("Rest begins by"), [validators.Optional()])
    rest_minutes = wtforms.IntegerField(
        _("Minutes of rest"), [validators.Optional(), validators.NumberRange(5, 180)]
    )
    most_visits = wtforms.IntegerField(
        _("Homes on one day, at most"), [validators.Optional(), validators.NumberRange(1, 200)]
    )
    most_walking = wtforms.IntegerField(
        _("Minutes of walking on one day, at most"),
        [validators.Optional(), validators.NumberRange(5, 720)],
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A rest is said whole or not at all."""
        fine = super().validate(*args, **kwargs)
        begins, ends, lasts = self.rest_from.data, self.rest_until.data, self.rest_minutes.data
        if fine and len({one is None for one in (begins, ends, lasts)}) > 1:
            text = gettext("Write from when, by when and how long, or leave all three empty.")
            self.rest_minutes.errors = [*self.rest_minutes.errors, text]
        elif fine and begins and ends and ends < begins:
            text = gettext("The second time must be later.")
            self.rest_until.errors = [*self.rest_until.errors, text]
        return fine and not self.errors

    def said(self) -> Bearable:
        """Only after `validate()` was true."""
        begins, ends = self.rest_from.data, self.rest_until.data
        return Bearable(
            rest_from=minutes(begins) if begins else None,
            rest_until=minutes(ends) if ends else None,
            rest_minutes=self.rest_minutes.data,
            most_visits=self.most_visits.data,
            most_walking=self.most_walking.data,
        )


def borne(stored: Any) -> dict[str, Any]:
    """What a member or a route can bear, as values of `RestFields`."""
    return {
        "rest_from": None if stored.rest_from is None else clock_time(stored.rest_from),
        "rest_until": None if stored.rest_until is None else clock_time(stored.rest_until),
        "rest_minutes": stored.rest_minutes,
        "most_visits": stored.most_visits,
        "most_walking": stored.most_walking,
    }


def minutes(value: time) -> int:
    """Minutes since midnight."""
    return value.hour * 60 + value.minute


def clock_time(value: int) -> time:
    """The time of day of minutes since midnight; the very end of a day as its last minute."""
    return time(*divmod(min(value, 24 * 60 - 1), 60))


def weekday_name(weekday: int) -> str:
    """Thứ Hai for 0."""
    name: str = dates.get_day_names("wide", "stand-alone", locale=i18n.language())[weekday]
    return name


def _check_pair(starts: wtforms.TimeField, ends: wtforms.TimeField) -> bool:
    """Both or none, in order; otherwise an error at the second."""
    if starts.errors or ends.errors:
        return False
    if (starts.data is None) != (ends.data is None):
        ends.errors = [gettext("Please fill in both times, or none.")]
    elif starts.data is not None and ends.data is not None and ends.data <= starts.data:
        ends.errors = [gettext("The end must be after the start.")]
    return not ends.errors


class WeekForm(Form):
    """Two times for each weekday: `starts0` and `ends0` are Monday's."""

    def pairs(self) -> list[tuple[str, wtforms.TimeField, wtforms.TimeField]]:
        """(weekday's name, from, to), Monday first."""
        return [
            (weekday_name(n), self._time(f"starts{n}"), self._time(f"ends{n}")) for n in range(7)
        ]

    def _time(self, name: str) -> wtforms.TimeField:
        field = self[name]
        assert isinstance(field, wtforms.TimeField)
        return field

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        good = super().validate(extra_validators)
        for _day, starts, ends in self.pairs():
            good = _check_pair(starts, ends) and good  # every day gets its own message
        return good

    def week(self) -> dict[int, tuple[int, int]]:
        """Hours by weekday; call it after `validate()` was true."""
        return {
            n: (minutes(starts.data), minutes(ends.data))
            for n, (_day, starts, ends) in enumerate(self.pairs())
            if starts.data is not None and ends.data is not None
        }


for _n in range(7):
    setattr(WeekForm, f"starts{_n}", wtforms.TimeField(_("From"), [validators.Optional()]))
    setattr(WeekForm, f"ends{_n}", wtforms.TimeField(_("Until"), [validators.Optional()]))


class DayForm(Form):
    day = wtforms.DateField(_("Day"), [required()])
    kind = wtforms.RadioField(
        _("On that day"),
        [required()],
        choices=[
            SelectChoice("absent", _("I cannot come")),
            SelectChoice("hours", _("I can come at these times")),
        ],
        default="absent",
    )
    starts = wtforms.TimeField(_("From"), [validators.Optional()])
    ends = wtforms.TimeField(_("Until"), [validators.Optional()])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        good = super().validate(extra_validators)
        if not good or self.kind.data == "absent":
            return good
        if self.starts.data is None and self.ends.data is None:
            self.starts.errors = [gettext("Please fill in both times.")]
            return False
        return _check_pair(self.starts, self.ends)

    def hours(self) -> tuple[int, int] | None:
        """The day's hours, None for absent; call it after `validate()` was true."""
        if self.kind.data == "absent" or self.starts.data is None or self.ends.data is None:
            return None
        return minutes(self.starts.data), minutes(self.ends.data)

    def when(self) -> date:
        """The day; call it after `validate()` was true."""
        assert self.day.data is not None
        return self.day.data
