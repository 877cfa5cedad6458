"""What people type about accounts: untrusted fields in, typed values or errors out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import wtforms
from wtforms import ValidationError, validators

from outreach.accounts import rules
from outreach.accounts.models import Role
from outreach.accounts.services import Person, weakness_text
from outreach.core import phones
from outreach.core.forms import Form, Numbers, SelectChoice, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _

#: What the longest sensible password takes; argon2 would happily chew on megabytes.
LONGEST = 200


class PhoneField(wtforms.TelField):
    """A telephone number in any Vietnamese writing; `e164` once it was validated."""

    e164: str = ""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        number = phones.parse(self.data)
        if isinstance(number, phones.Refused):
            raise ValidationError(_refusals()[number])
        self.e164 = number.e164


def _refusals() -> dict[phones.Refused, str]:
    short = gettext("This phone number is too short. Vietnamese ones have 10 digits.")
    return {
        phones.Refused.EMPTY: gettext("Please type a phone number, as in 0901 234 567."),
        phones.Refused.LETTERS: gettext(
            "This phone number has letters in it. Please type digits only."
        ),
        phones.Refused.SHORTENED: gettext("Please type the whole phone number."),
        phones.Refused.TOO_SHORT: short,
        phones.Refused.TOO_LONG: gettext(
            "This phone number is too long. Vietnamese ones have 10 digits."
        ),
        phones.Refused.NOT_A_PREFIX: gettext(
            "No phone number starts like this. Please look at it again."
        ),
    }


class NewPasswordField(wtforms.PasswordField):
    """A password being chosen: refused when it would be guessed."""

    def pre_validate(self, form: Any) -> None:
        why = rules.weakness(self.data or "")
        if self.data and why is not None:
            raise ValidationError(weakness_text(why))


class SignInForm(Form):
    phone = PhoneField(_("Phone number"), [required()])
    password = wtforms.PasswordField(_("Password"), [required(), at_most(LONGEST)])
    next = wtforms.HiddenField()


class AcceptForm(Form):
    pin = wtforms.StringField(
        _("PIN"),
        [
            required(),
            Numbers(),
            validators.Regexp(r"^\s*(\d\s*){6}$", message=_("The PIN has six digits.")),
        ],
    )
    password = NewPasswordField(_("Choose a password"), [required(), at_most(LONGEST)])

    def digits(self) -> str:
        """The PIN as it was made, however it was spaced."""
        return "".join(str(int(c)) for c in self.pin.data or "" if c.isdecimal())


class PasswordForm(Form):
    current = wtforms.PasswordField(_("Current password"), [required(), at_most(LONGEST)])
    new = NewPasswordField(_("New password"), [required(), at_most(LONGEST)])


LANGUAGES = [SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")]


class LanguageForm(Form):
    language = wtforms.RadioField(_("Language"), [required()], choices=LANGUAGES)
    next = wtforms.HiddenField()


class DisplayForm(Form):
    text = wtforms.RadioField(
        _("Text size"),
        [required()],
        choices=[SelectChoice("normal", _("Normal")), SelectChoice("large", _("Large"))],
    )
    contrast = wtforms.RadioField(
        _("Contrast"),
        [required()],
        choices=[SelectChoice("normal", _("Normal")), SelectChoice("more", _("Stronger"))],
    )


def role_name(role: Role) -> str:
    """A role as people call it."""
    return {
        Role.ADMINISTRATOR: gettext("Administrator"),
        Role.OFFICER: gettext("Officer"),
        Role.LEADER: gettext("Team leader"),
        Role.VOLUNTEER: gettext("Volunteer"),
        Role.PARTNER: gettext("Partner's clerk"),
    }[role]


def area_choices(areas: list[tuple[str, str]]) -> list[SelectChoice]:
    """Areas for a select field, and none chosen yet."""
    listed = [SelectChoice(value, label) for value, label in areas]
    return [SelectChoice("", gettext("– choose –")), *listed]


class PersonForm(Form):
    """An account in the office's register. `offer` must be called before it is validated."""

    name = wtforms.StringField(_("Full name"), [required(), at_most(120)])
    phone = PhoneField(_("Phone number"), [required(), at_most(40)])
    role = wtforms.RadioField(_("Role"), [required()])
    area_id = wtforms.SelectField(_("Area"), validate_choice=True)
    language = wtforms.RadioField(_("Language"), choices=LANGUAGES, default="vi")

    def offer(self, roles: list[Role], areas: list[tuple[str, str]]) -> None:
        """Offer only what the actor may give."""
        self.role.choices = [SelectChoice(role.value, role_name(role)) for role in roles]
        self.area_id.choices = area_choices(areas)

    def validate_area_id(self, field: wtforms.SelectField) -> None:
        if self.role.data != Role.ADMINISTRATOR and not field.data:
            raise ValidationError(gettext("Please choose the area where this role holds."))

    def person(self) -> Person:
        """What was typed; call it after `validate()` was true."""
        role = Role(self.role.data)
        everywhere = role is Role.ADMINISTRATOR
        return Person(
            name=self.name.data or "",
            phone=self.phone.e164,
            role=role,
            area_id=None if everywhere else UUID(self.area_id.data),
            language=self.language.data or "vi",
        )
