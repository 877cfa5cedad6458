"""A delivery by hand, by scanner or from a sheet, from untrusted fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.core.forms import Form, NoSecrets, Numbers, at_most, required
from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.places.models import Area
from outreach.stock import labels, rules, sheets
from outreach.stock.models import Kind
from outreach.stock.services import Arrival, NewDevice

MOST_LINES = 2_000
_NEW = (Kind.SMARTPHONE, Kind.FEATURE_4G)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that holds no device, and why."""

    number: int
    text: str
    why: str


def _uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


class DeliveryForm(Form):
    """What came: one line for each device, `IMEI`, or `IMEI; model`."""

    area_id = wtforms.SelectField(_("For which commune"), [required()], coerce=_uuid)
    funder = wtforms.StringField(_("Funder"), [required(), at_most(120), NoSecrets()])
    paper_no = wtforms.StringField(_("Number of the delivery note"), [at_most(80)])
    kind = wtforms.RadioField(
        _("Kind"),
        [required()],
        default=Kind.SMARTPHONE.value,
        choices=[SelectChoice(one.value, labels.KINDS[one]) for one in _NEW],
    )
    model = wtforms.StringField(_("Model"), [at_most(80)])
    accessories = wtforms.StringField(_("What comes with each"), [at_most(200), NoSecrets()])
    warranty_until = wtforms.DateField(_("Warranty until"), [validators.Optional()])
    lines = wtforms.TextAreaField(_("Serial numbers (IMEI), one a line"), [Numbers()])
    sheet = wtforms.FileField(_("Or a list as a spreadsheet"))

    def offer(self, areas: Sequence[Area]) -> DeliveryForm:
        self.area_id.choices = [SelectChoice(one.id, one.full_name) for one in areas]
        self.wrong: list[Wrong] = []
        return self

    def pour_in_sheet(self) -> bool:
        """Put the lines of an uploaded sheet into the form, to be looked at; False: there is none.

        Raises `sheets.Unreadable`.
        """
        file = self.sheet.data
        if not isinstance(file, FileStorage) or not file.filename:
            return False
        read = sheets.read(file.read(), file.filename)
        self.lines.data = "\n".join([*(self.lines.data or "").splitlines(), *read]).strip()
        return True

    def validate_lines(self, field: wtforms.TextAreaField) -> None:
        self.wrong = []
        self.devices = list(self._read(field.data or ""))
        if self.wrong:
            message = gettext("Some lines hold no device. They are listed below.")
            raise validators.ValidationError(message)
        if not self.devices:
            raise validators.ValidationError(gettext("Write at least one serial number."))

    def _read(self, text: str) -> Iterator[NewDevice]:
        seen: set[str] = set()
        usual = (self.model.data or "").strip()
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or number > MOST_LINES:
                continue
            told, _sep, model = (part.strip() for part in line.partition(";"))
            imei, model = rules.imei(told), (model or usual)[:80]
            why = self._fault(imei, model, seen)
            if why or imei is None:
                self.wrong.append(Wrong(number, line.strip()[:60], why))
            else:
                seen.add(imei)
                yield NewDevice(imei, model, Kind(self.kind.data))

    def _fault(self, imei: str | None, model: str, seen: set[str]) -> str:
        if imei is None:
            return gettext("This is no IMEI: fifteen digits, the last of which checks the others.")
        if imei in seen:
            return gettext("This number stands here twice.")
        return "" if model else gettext("Write the model, here or above for all.")

    def arrival(self) -> Arrival:
        """Only after `validate()`."""
        return Arrival(
            area_id=self.area_id.data,
            funder=self.funder.data or "",
            devices=self.devices,
            paper_no=self.paper_no.data or "",
            accessories=self.accessories.data or "",
            warranty_until=self.warranty_until.data,
        )
