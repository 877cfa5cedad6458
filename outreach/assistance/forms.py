"""Help from untrusted fields: many people and programmes in one form, or one step at a desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import wtforms
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.assistance import catalogue, labels, rules, slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, State
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
    programme that stopped and `reason.<…>` why. `tick.<programme>.<who>.<state>.<n>` is a ticked
    line of that state's checklist, `typed.<programme>.<who>.<state>.<field>` what a slip says, and
    `made_with` the versions the page was made with. Empty values are nothing.
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
        version = _versions(data).get(code)
        state = _state(code, state_code, version)
        place = f"{key}.{state_code}."
        yield Help(
            programme=code,
            resident_id=_who(who),
            to_state=state_code,
            variant=variant or None,
            evidence=rules.evidence_for(state, seen=not data.get(f"told.{who}")),
            seen_state=data.get(f"at.{key}") or None,
            ticked=_ticked(data, f"tick.{place}"),
            typed=_typed(data, f"typed.{place}"),
            version=version,
        )


def _ticked(data: Mapping[str, str], start: str) -> tuple[int, ...]:
    found = [name.removeprefix(start) for name in data if name.startswith(start) and data[name]]
    return tuple(sorted(int(number) for number in found if number.isdecimal()))


def _typed(data: Mapping[str, str], start: str) -> dict[str, str]:
    return {
        name.removeprefix(start): value
        for name, value in data.items()
        if name.startswith(start) and value.strip()
    }


def _versions(data: Mapping[str, str]) -> dict[str, int]:
    """Programme -> version of its definition that the page was made with."""
    pairs = (one.partition(":") for one in data.get("made_with", "").split(","))
    return {code: int(number) for code, _colon, number in pairs if number.isdecimal()}


def _state(code: str, state: str, version: int | None) -> State:
    """A state as it is now, or as it was when the page was made."""
    found = _programme(code).find(state)
    for before in catalogue.current().past.get(code, ()):
        if found is None and version in {None, before.version}:
            found = before.states.get(state)
    if found is None:
        raise Damaged
    return found


def _stopped(data: Mapping[str, str]) -> Iterator[Help]:
    for name, code in data.items():
        kind, _dot, who = name.partition(".")
        reason = data.get(f"reason.{who}")
        if kind != "halt" or not code or not reason:
            continue
        version = _versions(data).get(code)
        at = data.get(f"at.{code}.{who}") or None
        state = _state(code, at or _programme(code).opens[0], version)
        yield Help(
            programme=code,
            resident_id=_who(who),
            evidence=rules.evidence_for(state, seen=False),
            stop_reason=reason,
            seen_state=at,
            version=version,
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

    def slip_problem(self, one: ProgrammeHelp, data: Mapping[str, str]) -> str | None:
        """What is wrong with what was typed; at a desk the required fields are at hand."""
        state = one.programme.find((self.move.data or "").partition(".")[0])
        if state is None:
            return None
        raw = _typed(data, f"typed.{one.key}.{state.code}.")
        try:
            found = slips.kept(one.programme, state.code, raw)
        except slips.Unreadable as error:
            return str(error)
        again = one.state is not None and state.code == one.state.code
        left = [] if again else slips.missing(one.programme, state.code, found)
        return gettext("Still missing: %(label)s", label=gettext(left[0].label)) if left else None

    def validate_move(self, field: wtforms.SelectField) -> None:
        if not field.data and not self.stop_reason.data:
            raise validators.ValidationError(str(_("Please choose what was reached.")))

    def step(
        self, one: ProgrammeHelp, data: Mapping[str, str], zone: ZoneInfo, now: datetime
    ) -> DeskStep:
        """What the service needs. Call it only after `validate()` was true."""
        assert self.form_id.data
        state, _dot, variant = (self.move.data or "").partition(".")
        place = f"{one.key}.{state}."
        help_ = Help(
            programme=one.programme.code,
            resident_id=one.resident_id,
            to_state=state or None,
            variant=variant or None,
            evidence=Evidence(self.evidence.data),
            stop_reason=self.stop_reason.data or None,
            seen_state=self.seen_state.data or None,
            note=self.note.data or "",
            ticked=_ticked(data, f"tick.{place}"),
            typed=_typed(data, f"typed.{place}"),
        )
        return DeskStep(
            self.form_id.data, help_, Channel(self.channel.data), _moment(self.day.data, zone, now)
        )


def _moment(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Noon of another day, now on this one: a desk knows the day, not the minute."""
    assert day
    return now if day == now.astimezone(zone).date() else datetime.combine(day, time(12), zone)
