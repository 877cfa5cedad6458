"""A person as they are typed in."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import validators

from outreach.core import phones
from outreach.core.forms import NoSecrets, Numbers, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.core.phones import Phone, Refused
from outreach.households import merging
from outreach.households.forms.guards import not_chosen, one_of
from outreach.households.forms.seen import SeenForm, as_seen
from outreach.households.models import Language, Resident, Salutation, Sex
from outreach.households.services import Person
from outreach.households.wording import LANGUAGES, SEXES

_WHY = {
    Refused.EMPTY: _("This is no phone number."),
    Refused.LETTERS: _("A phone number has no letters; perhaps O was typed for 0."),
    Refused.SHORTENED: _("This is no phone number."),
    Refused.TOO_SHORT: _("The phone number is too short."),
    Refused.TOO_LONG: _("The phone number is too long."),
    Refused.NOT_A_PREFIX: _("No Vietnamese phone number begins like this."),
}


class PersonForm(SeenForm):
    """One resident, with the numbers they are reached on."""

    name = wtforms.StringField(_("Full name"), [required(), at_most(120)])
    salutation = wtforms.SelectField(_("How to address them"), default="")
    sex = wtforms.SelectField(_("Sex"), default="")
    birth_year = wtforms.IntegerField(
        _("Birth year"),
        [
            validators.Optional(),
            validators.NumberRange(
                1900, 2200, message=_("Write the year with four digits, such as 1954.")
            ),
        ],
    )
    relation = wtforms.StringField(_("Relation to the head"), [at_most(40)])
    is_head = wtforms.BooleanField(_("This is the head of the household"))
    language = wtforms.SelectField(_("Messages in"), default=Language.VI.value)
    phones = wtforms.StringField(_("Phone numbers"), [at_most(120), Numbers()])
    phone_owner = wtforms.StringField(
        _("Whose phone, when not their own"), [at_most(40), NoSecrets()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salutation.choices = [("", not_chosen()), *((s.value, s.value) for s in Salutation)]
        self.sex.choices = one_of(SEXES, none=not_chosen())
        self.language.choices = [(code.value, str(label)) for code, label in LANGUAGES.items()]

    def validate_name(self, field: wtforms.StringField) -> None:
        if not any(c.isalpha() for c in field.data or ""):
            raise validators.ValidationError(gettext("This is not a name."))

    def validate_phones(self, field: wtforms.StringField) -> None:
        for number in phones.parse_all(field.data or ""):
            if isinstance(number, Refused):
                raise validators.ValidationError(str(_WHY[number]))

    def person(self) -> Person:
        """What a service takes; only after `validate()`."""
        numbers = phones.parse_all(self.phones.data or "")
        return Person(
            name=self.name.data or "",
            salutation=Salutation(self.salutation.data) if self.salutation.data else None,
            sex=Sex(self.sex.data) if self.sex.data else None,
            birth_year=self.birth_year.data,
            relation=self.relation.data or "",
            is_head=bool(self.is_head.data),
            phones=tuple(number for number in numbers if isinstance(number, Phone)),
            phone_owner=self.phone_owner.data or "",
            language=Language(self.language.data),
        )


def shown(resident: Resident) -> dict[str, Any]:
    """A stored person as the form's values."""
    numbers = [phones.display(link.contact_point.number) for link in resident.phones]
    return {
        "name": resident.name,
        "salutation": resident.salutation.value if resident.salutation else "",
        "sex": resident.sex.value if resident.sex else "",
        "birth_year": resident.birth_year,
        "relation": resident.relation,
        "is_head": resident.position == 0,
        "language": resident.language.value,
        "phones": ", ".join(numbers),
        "seen": as_seen(
            merging.of_person(resident) | {"head": merging.YES if resident.position == 0 else ""}
        ),
    }
