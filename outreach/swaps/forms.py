"""The hand-over as a phone sends it, and a line of the approved list, from untrusted fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import wtforms
from wtforms import SelectChoice, validators  # type: ignore[attr-defined]  # newer than its stubs

from outreach.core.forms import Form, NoSecrets, Numbers, UuidField, at_most, required
from outreach.core.i18n import lazy_gettext as _
from outreach.households import wording
from outreach.households.models import Circumstance, Household
from outreach.stock import labels as stock_labels
from outreach.stock import rules as stock_rules
from outreach.stock.models import Kind
from outreach.swaps import labels, rules
from outreach.swaps.models import FaceCheck, OldPhone, Tick
from outreach.swaps.services import Entitlement, HandOver

_TAKEN = {OldPhone.RETURNED.value, OldPhone.RECYCLED.value}


def _wrong_imei() -> validators.ValidationError:
    return validators.ValidationError(
        str(_("This is no IMEI: fifteen digits, the last of which checks the others."))
    )


class HandOverForm(Form):
    """Everything a hand-over at the door says."""

    receipt_id = UuidField(_("Receipt"), [required()])
    resident = UuidField(_("Who gets it"))
    #: Of a phone in the bag; empty for another, whose number is typed.
    imei = wtforms.StringField(_("The phone"), [at_most(40), Numbers()])
    other_imei = wtforms.StringField(_("Serial number (IMEI)"), [at_most(40), Numbers()])
    ticked = wtforms.SelectMultipleField(
        _("Done at the hand-over"),
        choices=[SelectChoice(one.value, text) for one, text in labels.TICKS.items()],
    )
    face_check = wtforms.RadioField(
        _("Face check with the carrier"),
        [validators.InputRequired(_("Say whether the face check was done."))],
        choices=[SelectChoice(one.value, text) for one, text in labels.FACE_CHECKS.items()],
    )
    old_phone = wtforms.RadioField(
        _("The old phone"),
        [validators.InputRequired(_("Say what becomes of the old phone."))],
        choices=[SelectChoice(one.value, text) for one, text in labels.OLD_PHONES.items()],
    )
    wipe_agreed = wtforms.BooleanField(_("The owner agrees that everything on it is wiped"))
    old_imei = wtforms.StringField(_("Serial number of the old phone"), [at_most(40), Numbers()])
    signature = wtforms.StringField(_("Signature"))
    paper_no = wtforms.StringField(_("Number of the signed paper"), [at_most(40), NoSecrets()])
    note = wtforms.TextAreaField(_("Note"), [at_most(300), NoSecrets()])

    def validate_ticked(self, field: wtforms.Field) -> None:
        if Tick.RIGHT_PERSON.value not in (field.data or ()):
            message = _("Hand it over only after checking that it is the right person.")
            raise validators.ValidationError(str(message))

    def validate_imei(self, field: wtforms.StringField) -> None:
        if stock_rules.imei(self.other_imei.data or field.data or "") is None:
            raise _wrong_imei()

    def validate_old_imei(self, field: wtforms.StringField) -> None:
        if field.data and stock_rules.imei(field.data) is None:
            raise _wrong_imei()

    def validate_wipe_agreed(self, field: wtforms.Field) -> None:
        if self.old_phone.data in _TAKEN and not field.data:
            message = _("An old phone is taken along only when its owner agrees to the wiping.")
            raise validators.ValidationError(str(message))

    def validate_signature(self, field: wtforms.StringField) -> None:
        if field.data and not rules.is_signature(field.data):
            raise validators.ValidationError(str(_("Please sign again.")))
        if not field.data and not self.paper_no.data:
            message = _("Sign on the screen, or write the number of the signed paper.")
            raise validators.ValidationError(str(message))

    def hand_over(self, form_id: UUID, household_id: UUID, happened_at: datetime) -> HandOver:
        """Only after `validate()`."""
        imei = stock_rules.imei(self.other_imei.data or self.imei.data or "")
        assert imei
        assert self.receipt_id.data
        return HandOver(
            form_id=form_id,
            receipt_id=self.receipt_id.data,
            household_id=household_id,
            resident_id=self.resident.data,
            imei=imei,
            ticked=frozenset(Tick(one) for one in self.ticked.data or ()),
            face_check=FaceCheck(self.face_check.data),
            old_phone=OldPhone(self.old_phone.data),
            wipe_agreed=bool(self.wipe_agreed.data) and self.old_phone.data in _TAKEN,
            old_imei=stock_rules.imei(self.old_imei.data or ""),
            signature=self.signature.data or "",
            paper_no=self.paper_no.data or "",
            note=self.note.data or "",
            happened_at=happened_at,
        )


#: Lines of a list that are pasted at once.
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class ListLine:
    """One pasted line: a household's code, its line on the list, the number of its paper."""

    number: int
    code: str
    line_no: str
    evidence_no: str


class ListForm(Form):
    """A whole approved list, pasted from a spreadsheet: `code; line; certificate` in each line."""

    list_no = wtforms.StringField(_("Number of the decision"), [required(), at_most(80)])
    kind = wtforms.RadioField(
        _("What they get"),
        default=Kind.SMARTPHONE.value,
        choices=[
            SelectChoice(one.value, stock_labels.KINDS[one])
            for one in (Kind.SMARTPHONE, Kind.FEATURE_4G)
        ],
    )
    lines = wtforms.TextAreaField(_("Homes, one a line"), [required()])

    def read(self) -> list[ListLine]:
        """Only after `validate()`. Cells may be parted by tabs, as spreadsheets paste them."""
        found = []
        for number, line in enumerate((self.lines.data or "").splitlines()[:MOST_LINES], start=1):
            cells = [cell.strip() for cell in re.split(r"[;\t]", line)] + ["", "", ""]
            if cells[0]:
                found.append(ListLine(number, cells[0][:80], cells[1][:20], cells[2][:80]))
        return found

    def entitlement(self, line: ListLine, home: Household) -> Entitlement:
        return Entitlement(
            household_id=home.id,
            list_no=self.list_no.data or "",
            line_no=line.line_no,
            evidence=home.circumstance,
            evidence_no=line.evidence_no,
            kind=Kind(self.kind.data),
        )


class ApprovalForm(Form):
    """One home's line of an approved list."""

    list_no = wtforms.StringField(_("Number of the decision"), [required(), at_most(80)])
    line_no = wtforms.StringField(_("Line of the list"), [at_most(20)])
    evidence = wtforms.SelectField(_("Why they may have one"))
    evidence_no = wtforms.StringField(_("Number of the certificate"), [at_most(80), NoSecrets()])
    kind = wtforms.RadioField(_("What they get"), default=Kind.SMARTPHONE.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence.choices = [
            SelectChoice(one.value, str(wording.CIRCUMSTANCES[one])) for one in Circumstance
        ]
        self.kind.choices = [
            SelectChoice(one.value, str(stock_labels.KINDS[one]))
            for one in (Kind.SMARTPHONE, Kind.FEATURE_4G)
        ]

    def validate_evidence_no(self, field: wtforms.StringField) -> None:
        if self.evidence.data != Circumstance.NONE.value and not field.data:
            message = _("Write the number of the paper. No picture of it is kept.")
            raise validators.ValidationError(str(message))

    def entitlement(self, household_id: UUID) -> Entitlement:
        """Only after `validate()`."""
        return Entitlement(
            household_id=household_id,
            list_no=self.list_no.data or "",
            line_no=self.line_no.data or "",
            evidence=Circumstance(self.evidence.data),
            evidence_no=self.evidence_no.data or "",
            kind=Kind(self.kind.data),
        )
