"""Help from untrusted fields: many people and programmes in one form, or one step at a desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import wtforms
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.assistance import labels, rules
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme
from outreach.assistance.models import Channel, Evidence
from outreach.assistance.queries import ProgrammeHelp
from outreach.assistance.services import DeskStep, Help
from outreach.core.forms import Form, NoSecrets, UuidField, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _

#: More than this many in one form is not a visit.
MOST = 60


class Damaged(ValueError):
    """The fields cannot have come from our page."""


def read_helps(data: Mapping[str, str]) -> list[Help]:
    """Everything a report says was reached or stopped. Raises `Damaged`.

    Fields: `help.<programme>.<resident or home>` is a move's value, `at.<…>` the state that was
    shown, `told.<resident or home>` that it was only told; `halt.<resident or home>` is the
    programme that stopped and `reason.<…>` why. Empty values are nothing.
    """
    found = {one.key: one for one in _reached(data)}
    for one in _stopped(data):
        found.setdefault(one.key, one)
    if len(found) > MOST:
        raise Damaged
    return list(found.values())


def _reached(data: Mapping[str, str]) -> Iterator[Help]:
    for name, value in data.items():
        kind, _dot, key = name.partition(".")
        if kind != "help" or not value:
            continue
        code, _dot, who = key.partition(".")
        state_code, _dot, variant = value.partition(".")
        state = _programme(code).states.get(state_code)
        if state is None:
            raise Damaged
        yield Help(
            programme=code,
            resident_id=_who(who),
            to_state=state_code,
            variant=variant or None,
            evidence=rules.evidence_for(state, seen=not data.get(f"told.{who}")),
            seen_state=data.get(f"at.{key}") or None,
        )


def _stopped(data: Mapping[str, str]) -> Iterator[Help]:
    for name, code in data.items():
        kind, _dot, who = name.partition(".")
        reason = data.get(f"reason.{who}")
        if kind != "halt" or not code or not reason:
            continue
        programme = _programme(code)
        at = data.get(f"at.{code}.{who}") or None
        state = programme.states.get(at or programme.opens[0])
        if state is None:
            raise Damaged
        yield Help(
            programme=code,
            resident_id=_who(who),
            evidence=rules.evidence_for(state, seen=False),
            stop_reason=reason,
            seen_state=at,
        )


def _programme(code: str) -> Programme:
    found = programmes().get(code)
    if found is None:
        raise Damaged
    return found


def _who(text: str) -> UUID | None:
    if text == "home":
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Damaged from error


class StepForm(Form):
    """One step of one programme, recorded by somebody with a keyboard."""

    form_id = UuidField(validators=[required()])
    #: The state that the page showed, to tell a clash from a wrong choice.
    seen_state = wtforms.HiddenField()
    # a move that is no longer possible gets the service's sentence, not "not a valid choice"
    move = wtforms.SelectField(_("What was reached"), validate_choice=False)
    stop_reason = wtforms.SelectField(_("Or why it stopped"))
    evidence = wtforms.RadioField(_("How do we know?"), [required()])
    channel = wtforms.SelectField(
        _("Where"), choices=[SelectChoice(c.value, t) for c, t in labels.CHANNELS.items()]
    )
    day = wtforms.DateField(_("Day"), [validators.InputRequired(_("Please fill this in."))])
    note = wtforms.StringField(_("Note"), [at_most(300), NoSecrets()])
    #: Shown once another team seems to have given this already.
    double_checked = wtforms.BooleanField(_("I have looked: it is right to give this"))
    asks_twice = False

    def offer(self, one: ProgrammeHelp, *, may_confirm: bool) -> None:
        """Fill in what is possible now; call it before `validate()`."""
        moves = [SelectChoice(m.value, gettext(m.label)) for m in one.moves]
        if one.state:
            again = gettext("%(state)s (seen again)", state=gettext(one.state.label))
            moves.append(SelectChoice(one.state.code, again))
        self.move.choices = [SelectChoice("", gettext("Choose…")), *moves]
        self.stop_reason.choices = [
            SelectChoice("", gettext("It goes on")),
            *(SelectChoice(c, labels.stop_reason(c)) for c in one.programme.stop_reasons),
        ]
        self.evidence.choices = [
            SelectChoice(level.value, label)
            for level, label in labels.EVIDENCE.items()
            if may_confirm or level is not Evidence.CONFIRMED
        ]

    def validate_move(self, field: wtforms.SelectField) -> None:
        if not field.data and not self.stop_reason.data:
            raise validators.ValidationError(str(_("Please choose what was reached.")))

    def step(self, one: ProgrammeHelp, zone: ZoneInfo, now: datetime) -> DeskStep:
        """What the service needs. Call it only after `validate()` was true."""
        assert self.form_id.data
        state, _dot, variant = (self.move.data or "").partition(".")
        help_ = Help(
            programme=one.programme.code,
            resident_id=one.resident_id,
            to_state=state or None,
            variant=variant or None,
            evidence=Evidence(self.evidence.data),
            stop_reason=self.stop_reason.data or None,
            seen_state=self.seen_state.data or None,
            note=self.note.data or "",
        )
        return DeskStep(
            self.form_id.data, help_, Channel(self.channel.data), _moment(self.day.data, zone, now)
        )


def _moment(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Noon of another day, now on this one: a desk knows the day, not the minute."""
    assert day
    return now if day == now.astimezone(zone).date() else datetime.combine(day, time(12), zone)
