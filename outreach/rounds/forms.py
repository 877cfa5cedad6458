"""Reads the forms about rounds: the steps of planning, and changes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from itertools import zip_longest
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators

from outreach.core.forms import Form, SelectChoice, UuidField, at_most, required
from outreach.core.i18n import lazy_gettext as _
from outreach.rounds import rules, services
from outreach.rounds.limits import Limits
from outreach.rounds.models import Mode
from outreach.teams.forms import RestFields


class IdsField(wtforms.Field):
    """Several ids of one name; what is no id makes the form damaged."""

    data: tuple[UUID, ...]

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        try:
            self.data = tuple(UUID(str(value)) for value in valuelist)
        except ValueError as error:
            self.data = ()
            raise ValueError(str(_("This form is damaged. Please load the page again."))) from error


class MaybeIdsField(IdsField):
    """As many ids as rows, some of them left open."""

    rows: tuple[UUID | None, ...] = ()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata([value for value in valuelist if value])
        given = iter(self.data)
        self.rows = tuple(next(given) if value else None for value in valuelist)


class DayForm(Form):
    """When, and for which team."""

    team = UuidField(_("Team"), [required()])
    day = wtforms.DateField(_("Day"), [required()])
    starts = wtforms.TimeField(_("From"), [required()])
    ends = wtforms.TimeField(_("Until"), [required()])

    def validate_ends(self, field: wtforms.TimeField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise validators.ValidationError(str(_("The session must end after it begins.")))

    def check_day(self, today: date) -> bool:
        """Whether the day can be planned; says so on the field when not."""
        if self.day.data and not rules.may_be_planned_for(self.day.data, today):
            text = str(_("Choose a day from today on, within the next 60 days."))
            self.day.errors = [*self.day.errors, text]
            return False
        return True

    @property
    def during(self) -> rules.Hours:
        """The session. Only after `validate()` was true."""
        return rules.Hours(_minutes(self.starts.data), _minutes(self.ends.data))


class AreasForm(DayForm):
    """Where."""

    area = IdsField(_("Neighbourhoods"))

    def validate_area(self, field: IdsField) -> None:
        if not field.data:
            raise validators.ValidationError(
                str(_("Choose at least one neighbourhood of the team."))
            )


class PeopleForm(AreasForm):
    """Who, and what they are told."""

    person = IdsField(_("People"))
    #: Row by row, who goes together.
    first = MaybeIdsField(_("Goes together"))
    second = MaybeIdsField(_("with"))
    instructions = wtforms.TextAreaField(_("What everybody should know"), [at_most(500)])
    anyway = wtforms.BooleanField(_("Make the plan all the same: these homes are left out."))

    def validate_person(self, field: IdsField) -> None:
        if not field.data:
            raise validators.ValidationError(str(_("Choose at least one person who can come.")))

    def validate_first(self, field: MaybeIdsField) -> None:
        rows = list(zip_longest(field.rows, self.second.rows))
        if any((one is None) != (other is None) for one, other in rows):
            raise validators.ValidationError(str(_("A pair is two people. Choose both, or none.")))
        people = [one for row in rows for one in row if one is not None]
        if len(people) != len(set(people)):
            raise validators.ValidationError(
                str(_("Somebody can be in one pair only, with somebody else."))
            )

    @property
    def pairs(self) -> tuple[tuple[UUID, UUID], ...]:
        """Who goes together; rows that say only one are left out."""
        rows = zip(self.first.rows, self.second.rows, strict=False)
        return tuple((one, other) for one, other in rows if one and other)

    def wish(self) -> services.Wish:
        """What the service needs. Only after `validate()` was true."""
        during = self.during
        assert self.team.data is not None
        assert self.day.data is not None
        return services.Wish(
            team_id=self.team.data,
            day=self.day.data,
            starts=during.starts,
            ends=during.ends,
            area_ids=self.area.data,
            volunteer_ids=self.person.data,
            instructions=self.instructions.data or "",
            pairs=self.pairs,
        )


class RevisionForm(Form):
    """Any change: the revision of the round that the person was looking at."""

    revision = wtforms.IntegerField(_("Revision"), [required()])


class MoveForm(RevisionForm):
    """To whom, and where in their order; no position: where it fits best."""

    route = UuidField(_("Volunteer"), [required()])
    position = wtforms.IntegerField(
        _("Position"), [validators.Optional(), validators.NumberRange(1, 1000)]
    )


class AddForm(RevisionForm):
    """Which home, and to whom; nobody named: to whom it adds least."""

    household = UuidField(_("Home"), [required()])
    route = UuidField(_("Volunteer"))


class SpotForm(Form):
    """Where a phone is, if it says."""

    latitude = wtforms.FloatField("", [validators.Optional(), validators.NumberRange(-90, 90)])
    longitude = wtforms.FloatField("", [validators.Optional(), validators.NumberRange(-180, 180)])

    def spot(self) -> tuple[float, float] | None:
        """Where; None when the phone does not know, or says what cannot be."""
        if not self.validate() or self.latitude.data is None or self.longitude.data is None:
            return None
        return self.latitude.data, self.longitude.data


class LockForm(RevisionForm):
    """Locked or not."""

    locked = wtforms.IntegerField(_("Locked"), [validators.InputRequired()])


class ProposalForm(Form):
    """How much of the plan may change."""

    mode = wtforms.SelectField(
        _("How much may change"),
        [required()],
        choices=[SelectChoice(mode.value, mode.value) for mode in Mode],
    )


class IllForm(Form):
    """How many other routes may change; empty: all."""

    most = wtforms.IntegerField(
        _("Other routes that may change"), [validators.Optional(), validators.NumberRange(1, 1000)]
    )


class DecisionForm(Form):
    """Which proposal the leader was looking at."""

    proposal = UuidField(_("Proposal"), [required()])


class FullForm(RevisionForm):
    """Whether somebody gets no more homes."""

    full = wtforms.IntegerField(_("No more homes"), [validators.InputRequired()])


class JoinForm(RevisionForm):
    """Who goes along, or who goes no further."""

    person = UuidField(_("Person"), [required()])


class LimitsForm(RevisionForm, RestFields):
    """A rest and limits of the people of a route."""

    def limits(self) -> Limits:
        """Only after `validate()` was true."""
        return Limits(**self.said())


def _minutes(at: time | None) -> int:
    assert at is not None
    return at.hour * 60 + at.minute
