"""What people type about neighbourhoods and cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import wtforms
from wtforms import validators

from outreach.core import phones
from outreach.core.forms import Form, Numbers, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.places.models import Area, Level

#: Names of kinds are Vietnamese in every language: they are part of the sign.
KINDS = {
    Level.NEIGHBOURHOOD: ("Khu phố", "Ấp", "Thôn", "Bản", "Khóm", "Tổ dân phố"),
    Level.CELL: ("Tổ", "Tổ nhân dân", "Tổ dân cư", "Cụm"),
}


class PartForm(Form):
    """A neighbourhood or a cell."""

    kind = wtforms.SelectField(_("Kind"))
    name = wtforms.StringField(_("Name or number"), [required(), at_most(120)])
    since = wtforms.DateField(_("Since"), [validators.Optional()])

    def offer(self, level: Level, *kept: str) -> PartForm:
        """Choose among the kinds of this level, and what is already stored."""
        kinds = dict.fromkeys((*KINDS.get(level, ()), *kept))
        self.kind.choices = [(kind, kind) for kind in kinds]
        return self


class CloseForm(Form):
    """The end of a neighbourhood or cell."""

    last_day = wtforms.DateField(_("Last day"), [required()])
    successors = wtforms.SelectMultipleField(
        _("Who takes over"),
        coerce=lambda value: UUID(str(value)),
        option_widget=wtforms.widgets.CheckboxInput(),
        widget=wtforms.widgets.ListWidget(prefix_label=False),
    )

    def offer(self, siblings: Sequence[Area]) -> CloseForm:
        self.successors.choices = [(str(area.id), area.full_name) for area in siblings]
        return self


class HotlineForm(Form):
    """The number that residents are told to call."""

    hotline = wtforms.StringField(_("Hotline of the commune"), [validators.Optional(), Numbers()])

    def validate_hotline(self, field: wtforms.StringField) -> None:
        if field.data and not isinstance(phones.parse(field.data), phones.Phone):
            raise validators.ValidationError(
                gettext("Please write one phone number, such as 0274 3822 922.")
            )

    def e164(self) -> str | None:
        number = phones.parse(self.hotline.data or "")
        return number.e164 if isinstance(number, phones.Phone) else None


def begun(form: PartForm, *, today: date) -> date:
    """The day typed, or today."""
    return form.since.data or today
