"""The upload of a list, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms import validators

from outreach.core.forms import Form
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.households import sheets
from outreach.households.forms.guards import a_choice
from outreach.households.forms.homes import _uuid
from outreach.places.models import Area, Level


class UploadForm(Form):
    """A spreadsheet, and where its homes are."""

    area_id = wtforms.SelectField(_("Where these homes are"), [a_choice()], coerce=_uuid)
    sheet = wtforms.FileField(_("Spreadsheet file"), [a_choice()])

    def offer(self, areas: Sequence[Area]) -> UploadForm:
        indent = {Level.CELL: "— "}
        self.area_id.choices = [(a.id, indent.get(a.level, "") + a.full_name) for a in areas]
        return self

    def validate_sheet(self, field: wtforms.FileField) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise validators.ValidationError(gettext("Please choose a file."))

    def upload(self) -> tuple[UUID, str, bytes]:
        """(area, file name, content); only after `validate()`."""
        area_id = self.area_id.data
        file = self.sheet.data
        assert isinstance(area_id, UUID)
        assert isinstance(file, FileStorage)
        return area_id, file.filename or "", file.read()


class MappingForm:
    """Selects named column-0, column-1 …: as many as the sheet has, so no WTForms class fits."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self._data = data

    def mapping(self, columns: Sequence[sheets.Column]) -> sheets.Mapping:
        """What was chosen for each column that may be read; anything unknown is "not read"."""
        known = {field.value: field for field in sheets.Field}
        found: sheets.Mapping = {}
        for column in columns:
            field = known.get(self._data.get(f"column-{column.place}", ""))
            if field is not None and not column.forbidden:
                found[column.place] = field
        return found


def kept_rows(values: Sequence[str]) -> frozenset[int]:
    """Row numbers of the duplicates that are to be imported all the same."""
    return frozenset(int(value) for value in values if value.isdecimal() and len(value) < 9)
