"""The upload of an agency's list, and what was chosen on its preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms import validators

from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Evidence
from outreach.confirmation import labels
from outreach.confirmation.models import Agency
from outreach.confirmation.services import Choices, Said
from outreach.core.forms import Form, NoSecrets, SelectChoice, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.places.models import Area


class UploadForm(Form):
    """Whose list it is, and what it says of everybody on it."""

    agency = wtforms.SelectField(
        _("Whose list"), choices=[SelectChoice(a.value, t) for a, t in labels.AGENCIES.items()]
    )
    said = wtforms.SelectField(_("What it says of everybody on it"), [required()])
    day = wtforms.DateField(
        _("Day of the list"), [validators.InputRequired(_("Please fill this in."))]
    )
    reference = wtforms.StringField(_("Letter it came with"), [at_most(120), NoSecrets()])
    area_id = wtforms.SelectField(_("Whom to look for"), [required()])
    sheet = wtforms.FileField(_("Spreadsheet file"))

    def offer(self, areas: Sequence[Area]) -> UploadForm:
        self.area_id.choices = [SelectChoice(str(a.id), a.full_name) for a in areas]
        self.said.choices = [SelectChoice("", gettext("Choose…")), *_sayings()]
        return self

    def validate_sheet(self, field: wtforms.FileField) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise validators.ValidationError(gettext("Please choose a file."))

    def upload(self) -> tuple[Said, str, bytes]:
        """(what it says, file name, content); only after `validate()`."""
        file = self.sheet.data
        assert isinstance(file, FileStorage)
        assert self.day.data
        programme, state, variant = (*str(self.said.data).split("."), "", "")[:3]
        said = Said(
            area_id=UUID(self.area_id.data),
            agency=Agency(self.agency.data),
            reference=self.reference.data or "",
            programme=programme,
            state=state,
            variant=variant or None,
            day=self.day.data,
        )
        return said, file.filename or "", file.read()


def _sayings() -> list[SelectChoice]:
    """Every state that an agency's list can confirm: `programme.state` or with its variant."""
    found = []
    for one in programmes().values():
        for state in one.states.values() if not one.repeats else ():
            if Evidence.CONFIRMED not in state.evidence:
                continue
            value, label = (
                f"{one.code}.{state.code}",
                f"{gettext(one.label)}: {gettext(state.label)}",
            )
            if not state.asks:
                found.append(SelectChoice(value, label))
            found += [
                SelectChoice(f"{value}.{kind.code}", f"{label} ({gettext(kind.label).lower()})")
                for kind in (one.variants.values() if state.asks else ())
            ]
    return found


def choices(data: Mapping[str, str]) -> Choices:
    """What was picked for doubtful lines: `pick.<row>` is a resident's id, or nobody."""
    picked = {}
    for name, value in data.items():
        kind, _dot, row = name.partition(".")
        if kind != "pick" or not value or not row.isdecimal() or len(row) > 8:
            continue
        try:
            picked[int(row)] = UUID(value)
        except ValueError:
            continue
    return Choices(seen=data.get("seen", "")[:64], picked=picked)
