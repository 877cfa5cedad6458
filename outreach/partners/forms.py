"""What the office and clerks type. No field takes a code, a card or an account number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import wtforms

from outreach.accounts.forms import LANGUAGES, PhoneField
from outreach.assistance import labels
from outreach.assistance.catalogue import programmes
from outreach.assistance.rules import Move
from outreach.core.forms import Form, NoSecrets, SelectChoice, UuidField, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households.models import ConsentMeans, Resident
from outreach.households.wording import MEANS
from outreach.partners import rules, words
from outreach.partners.models import Partner, PartnerKind
from outreach.partners.services import Facts
from outreach.places.models import Area


class PartnerForm(Form):
    """An organisation and what its clerks may record. `offer` comes before `validate`."""

    name = wtforms.StringField(_("Name of the partner"), [required(), at_most(120), NoSecrets()])
    kind = wtforms.RadioField(
        _("What it is"), [required()],
        choices=[SelectChoice(kind.value, label) for kind, label in words.KINDS.items()],
    )  # fmt: skip
    area_id = wtforms.SelectField(_("Area"), [required()])
    grants = wtforms.SelectMultipleField(_("What its clerks may record"))

    def offer(self, areas: Sequence[Area]) -> PartnerForm:
        self.area_id.choices = [SelectChoice(str(one.id), one.full_name) for one in areas]
        self.grants.choices = [
            SelectChoice(f"{one.code}.{state.code}", gettext(state.label))
            for one in programmes().values()
            for state in one.states.values()
        ]
        return self

    def facts(self, *, usual: bool = False) -> Facts:
        """What was typed, or what is usual for such a partner; only after `validate()`."""
        kind = PartnerKind(self.kind.data)
        grants: dict[str, list[str]] = {}
        for value in self.grants.data or ():
            programme, _dot, state = value.partition(".")
            grants.setdefault(programme, []).append(state)
        if usual:
            grants = {code: list(states) for code, states in rules.USUAL[kind.value].items()}
        return Facts(self.name.data or "", kind, UUID(self.area_id.data), grants)


class ClerkForm(Form):
    """Somebody at the partner's who is to sign in."""

    name = wtforms.StringField(_("Full name"), [required(), at_most(120)])
    phone = PhoneField(_("Phone number"), [required(), at_most(40)])
    language = wtforms.RadioField(_("Language"), choices=LANGUAGES, default="vi")


class HandOverForm(Form):
    """Whom to hand a case to, and how the resident agreed. Nothing is ticked beforehand."""

    partner_id = wtforms.RadioField(_("To whom"), [required()])
    resident_id = wtforms.RadioField(_("Who agreed"), [required()])
    means = wtforms.RadioField(_("How did they agree?"), [required()])
    given_by = wtforms.StringField(_("Who answered for them"), [at_most(120), NoSecrets()])

    def offer(self, partners: Sequence[Partner], people: Sequence[Resident]) -> HandOverForm:
        self.partner_id.choices = [SelectChoice(str(one.id), one.name) for one in partners]
        self.resident_id.choices = [SelectChoice(str(one.id), one.name) for one in people]
        self.means.choices = [
            SelectChoice(means.value, MEANS[means])
            for means in (ConsentMeans.SPOKEN, ConsentMeans.PHONE, ConsentMeans.PAPER)
        ]
        return self


class ClerkStepForm(Form):
    """What the partner did for one resident."""

    form_id = UuidField(validators=[required()])
    move = wtforms.SelectField(_("What was done"), validate_choice=False)
    stop_reason = wtforms.SelectField(_("Or why it does not go on"))
    note = wtforms.StringField(_("Note"), [at_most(300), NoSecrets()])
    #: Shown once another team seems to have given this already.
    double_checked = wtforms.BooleanField(_("I have looked: it is right to give this"))
    asks_twice = False

    def offer(self, programme: str, moves: Sequence[Move]) -> ClerkStepForm:
        self.move.choices = [
            SelectChoice("", gettext("Choose…")),
            *(SelectChoice(move.value, gettext(move.label)) for move in moves),
        ]
        self.stop_reason.choices = [
            SelectChoice("", gettext("It goes on")),
            *(SelectChoice(code, labels.stop_reason(code))
              for code in rules.reasons(programmes()[programme])),
        ]  # fmt: skip
        return self

    def validate_move(self, field: wtforms.SelectField) -> None:
        if not field.data and not self.stop_reason.data:
            raise wtforms.validators.ValidationError(gettext("Please choose what was done."))
