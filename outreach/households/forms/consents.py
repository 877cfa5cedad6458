"""What a phone's owner said to one question. Nothing is chosen beforehand."""

from __future__ import annotations

from typing import Any

import wtforms

from outreach.core.forms import Form, NoSecrets, at_most
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households.forms.guards import a_choice
from outreach.households.models import ConsentMeans, Purpose
from outreach.households.wording import MEANS, PURPOSES

_BY_PEOPLE = (ConsentMeans.SPOKEN, ConsentMeans.PHONE, ConsentMeans.PAPER)


class ConsentForm(Form):
    """One purpose, one answer, and how it was given."""

    purpose = wtforms.RadioField(_("What for"), [a_choice()])
    answer = wtforms.RadioField(_("The answer"), [a_choice()])
    means = wtforms.RadioField(_("How it was given"), [a_choice()])
    given_by = wtforms.StringField(
        _("Who answered, when not the phone's owner"), [at_most(120), NoSecrets()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose.choices = [(p.value, str(label)) for p, label in PURPOSES.items()]
        self.answer.choices = [("yes", gettext("Agrees")), ("no", gettext("Does not agree"))]
        self.means.choices = [(m.value, str(MEANS[m])) for m in _BY_PEOPLE]

    @property
    def agreed(self) -> bool:
        return bool(self.answer.data == "yes")

    def chosen(self) -> tuple[Purpose, ConsentMeans]:
        """Only after `validate()`."""
        return Purpose(self.purpose.data), ConsentMeans(self.means.data)
