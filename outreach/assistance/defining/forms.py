"""The small forms that change a programme, and the one with its whole text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import wtforms
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.assistance import catalogue, labels
from outreach.assistance.defining import changing
from outreach.assistance.defining.changing import NewClock, NewState, Said
from outreach.assistance.defining.words import EVIDENCE, OWNERS, PILLARS, SCOPES, STATUSES, UNITS
from outreach.assistance.defining.writing import Values
from outreach.assistance.tables import CODE, LONGEST_LABEL
from outreach.core import text
from outreach.core.forms import Form, NoSecrets, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _

_KEPT = {"\n", "\t"}


def label_field(name: str, *, needed: bool) -> wtforms.StringField:
    checks: list[Any] = [required()] if needed else []
    return wtforms.StringField(name, [*checks, at_most(LONGEST_LABEL), NoSecrets()])


def code_field(name: str) -> wtforms.StringField:
    says = _("Small letters a-z, digits and _, a letter first; at most 40.")
    return wtforms.StringField(name, [required(), validators.Regexp(rf"^{CODE.pattern}$", 0, says)])


def many(name: str) -> wtforms.SelectMultipleField:
    return wtforms.SelectMultipleField(name, option_widget=wtforms.widgets.CheckboxInput())


def one_of(name: str, words: Mapping[Any, str]) -> wtforms.SelectField:
    return wtforms.SelectField(name, choices=[SelectChoice(str(c), t) for c, t in words.items()])


class VersionedForm(Form):
    """A form that was made from one version."""

    based_on = wtforms.HiddenField()

    @property
    def version(self) -> int:
        """The version that was shown; 0 when the field was tampered with."""
        given = str(self.based_on.data or "")
        return int(given) if given.isdecimal() else 0


class ChangeForm(VersionedForm):
    """A small change to one version. `offer` fills in what the programme has; call it first."""

    title: ClassVar[str]

    def offer(self, values: Values) -> None:
        """Fill in what can be chosen from these values."""
        states = [SelectChoice(code, f"{one['label']['vi']} ({code})")
                  for code, one in values["states"].items()]  # fmt: skip
        for field in self:
            if not isinstance(field, wtforms.SelectField | wtforms.SelectMultipleField):
                continue
            if field.short_name in {"states", "state", "after", "leads_to", "start"}:
                field.choices = states
            elif field.short_name in {"then", "instead_of"}:
                field.choices = [SelectChoice("", "—"), *states]

    def apply(self, values: Values) -> str:
        """Make the change; what was done, in a few words. Raises `changing.Impossible`."""
        raise NotImplementedError


class LabelledForm(ChangeForm):
    """A change with a label in both languages."""

    vi = label_field(_("In Vietnamese"), needed=True)
    en = label_field(_("In English"), needed=False)

    def said(self) -> Said:
        return Said(self.vi.data or "", self.en.data or "")


class StateForm(LabelledForm):
    title = _("Add a state")
    code = code_field(_("Code"))
    after = many(_("Comes after"))
    leads_to = many(_("Leads to"))
    status = one_of(_("The pillar is then"), STATUSES)
    evidence = wtforms.SelectMultipleField(
        _("It can be known by"),
        choices=[SelectChoice(c.value, t) for c, t in EVIDENCE.items()],
        option_widget=wtforms.widgets.CheckboxInput(),
        default=[c.value for c in EVIDENCE],
    )
    opens = wtforms.BooleanField(_("A case may begin here"))
    end = wtforms.BooleanField(_("A case may stay here for good"))
    urgent = wtforms.BooleanField(_("Something is lost if nobody comes soon"))
    instead_of = wtforms.SelectField(_("Takes the place of"))

    def apply(self, values: Values) -> str:
        new = NewState(
            code=self.code.data or "",
            label=self.said(),
            after=self.after.data or (),
            next=self.leads_to.data or (),
            status=self.status.data,
            evidence=self.evidence.data or (),
            opens=self.opens.data,
            end=self.end.data,
            urgent=self.urgent.data,
            instead_of=self.instead_of.data or "",
        )
        return changing.add_state(values, new)


class MoveForm(ChangeForm):
    title = _("Add a move")
    start = wtforms.SelectField(_("From"))
    state = wtforms.SelectField(_("To"))

    def apply(self, values: Values) -> str:
        return changing.add_move(values, self.start.data, self.state.data)


class UnmoveForm(MoveForm):
    title = _("Take a move away")

    def apply(self, values: Values) -> str:
        return changing.remove_move(values, self.start.data, self.state.data)


class LineForm(LabelledForm):
    title = _("Add a line to a checklist")
    state = wtforms.SelectField(_("When this is reached"))

    def apply(self, values: Values) -> str:
        return changing.add_line(values, self.state.data, self.said())


class ClockForm(LabelledForm):
    title = _("Add a deadline")
    code = code_field(_("Code"))
    states = many(_("Runs while a case is in"))
    days = wtforms.IntegerField(_("Days"), [required(), validators.NumberRange(1, 3650)])
    unit = one_of(_("Which days count"), UNITS)
    warn = wtforms.IntegerField(
        _("Days before, to remind"), [validators.InputRequired(), validators.NumberRange(0, 365)],
        default=2,
    )  # fmt: skip
    owner = one_of(_("Whose list it stands on"), OWNERS)
    then = wtforms.SelectField(_("When it is missed, offer"))

    def apply(self, values: Values) -> str:
        new = NewClock(
            code=self.code.data or "",
            label=self.said(),
            states=self.states.data or (),
            days=self.days.data or 0,
            unit=self.unit.data,
            warn=self.warn.data or 0,
            owner=self.owner.data,
            then=self.then.data or "",
        )
        return changing.add_clock(values, new)


class ReasonForm(ChangeForm):
    title = _("Add a stop reason")
    shared = wtforms.SelectField(_("One of the usual reasons"))
    code = wtforms.StringField(
        _("Or the code of a new one"),
        [validators.Optional(), validators.Regexp(rf"^{CODE.pattern}$", 0, _("Small letters a-z, digits and _, a letter first; at most 40."))],  # noqa: E501
    )  # fmt: skip
    vi = label_field(_("In Vietnamese"), needed=False)
    en = label_field(_("In English"), needed=False)

    def offer(self, values: Values) -> None:
        left = [code for code in catalogue.stop_reasons() if code not in values["stop_reasons"]]
        choices = [SelectChoice(code, labels.stop_reason(code)) for code in left]
        self.shared.choices = [SelectChoice("", "—"), *choices]

    def validate_code(self, field: wtforms.StringField) -> None:
        if bool(field.data) is bool(self.shared.data) or (field.data and not self.vi.data):
            says = _("Choose a usual reason, or give a new one a code and its words.")
            raise validators.ValidationError(str(says))

    def apply(self, values: Values) -> str:
        code = self.shared.data or self.code.data or ""
        new = Said(self.vi.data or "", self.en.data or "") if not self.shared.data else None
        return changing.add_reason(values, code, new)


class NeverForm(LabelledForm):
    title = _("Add what nobody may ask for")

    def apply(self, values: Values) -> str:
        return changing.add_never(values, self.said())


#: By the name in the address, in the order of the page.
CHANGES: Mapping[str, type[ChangeForm]] = {
    "state": StateForm,
    "move": MoveForm,
    "unmove": UnmoveForm,
    "line": LineForm,
    "clock": ClockForm,
    "reason": ReasonForm,
    "never": NeverForm,
}


class RawText(wtforms.Field):
    """A text whose spaces and lines matter; hidden characters are left out all the same."""

    widget = wtforms.widgets.TextArea()  # type: ignore[assignment]  # any field will do
    data: str

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        raw = text.nfc(str(valuelist[0])) if valuelist else ""
        self.data = "".join(
            c
            for c in raw.replace("\r\n", "\n").replace("\r", "\n")
            if c in _KEPT or not unicodedata.category(c).startswith("C")
        )

    def _value(self) -> str:
        return self.data or ""


class TextForm(VersionedForm):
    """A whole definition as text."""

    text = RawText(_("Definition"), [required(), NoSecrets()])
    note = wtforms.StringField(_("What was changed"), [at_most(200), NoSecrets()])


class NewForm(LabelledForm):
    """A new programme, before it has a definition."""

    title = _("A new programme")
    code = code_field(_("Code"))
    scope = one_of(_("For"), SCOPES)
    pillar = one_of(_("Pillar"), PILLARS)

    def validate_code(self, field: wtforms.StringField) -> None:
        if field.data in catalogue.programmes():
            says = gettext("The code “%(code)s” is taken.", code=field.data)
            raise validators.ValidationError(says)

    def values(self) -> Values:
        """The definition that such a programme begins with."""
        last = max((one.position for one in catalogue.programmes().values()), default=0)
        return changing.begun(
            self.code.data or "", self.said(), self.scope.data, self.pillar.data, last + 1
        )
