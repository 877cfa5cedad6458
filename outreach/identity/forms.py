"""An identity number, typed once and never shown again."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import ValidationError

from outreach.core.forms import Form, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.identity import rules


class NumberField(wtforms.PasswordField):
    """Twelve digits. A password field: a page never repeats what was typed in it."""

    digits: str = ""

    def pre_validate(self, form: Any) -> None:
        found = rules.cleaned(self.data or "")
        if self.data and found is None:
            raise ValidationError(gettext("A personal identity number has twelve digits."))
        self.digits = found or ""


class NumberForm(Form):
    number = NumberField(_("Personal identity number"), [required(), at_most(30)])
