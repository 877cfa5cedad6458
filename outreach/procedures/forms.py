"""What a procedure is and which papers it takes, one a line."""

from __future__ import annotations

from collections.abc import Collection

import wtforms
from wtforms import validators

from outreach.core.forms import Form, NoSecrets, UuidField, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.procedures.rules import Paper
from outreach.procedures.services import Description

_MOST, _LONGEST = 20, 120


class DescriptionForm(Form):
    form_id = UuidField()
    title = wtforms.StringField(_("Which procedure"), [required(), at_most(160), NoSecrets()])
    papers = wtforms.TextAreaField(
        _("Papers it takes, one a line"), [at_most(_MOST * _LONGEST), NoSecrets()]
    )

    def validate_papers(self, field: wtforms.TextAreaField) -> None:
        names = _lines(field.data)
        if len(names) > _MOST or any(len(name) > _LONGEST for name in names):
            raise validators.ValidationError(gettext("At most twenty papers, each a short line."))

    def description(self, got: Collection[str] = ()) -> Description:
        """What was typed; `got` names the papers that are there. Only after `validate()`."""
        papers = [Paper(name, name in got) for name in _lines(self.papers.data)]
        return Description(self.title.data or "", papers)


def _lines(text: str | None) -> list[str]:
    return list(dict.fromkeys(line for line in (text or "").splitlines() if line))
