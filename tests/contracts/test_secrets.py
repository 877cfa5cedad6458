"""Nowhere in the product is a secret kept: every field that people write into refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField

from outreach import schema
from outreach.core.db import Session
from outreach.core.forms import Form, Numbers, is_written
from outreach.households.sheets import values
from outreach.households.sheets.kinds import Reason
from outreach.web import Outreach
from tests.factories import Make
from tests.visits.sending import fields, send

SECRETS = (
    "087084000999",
    "CCCD 087 084 000 999",
    "STK 19012345678901 Techcombank",
    "thẻ 9704 3600 1234 5678",
    "Mã OTP là 123456",
    "mật khẩu VNeID: Hoa1980",
)
REASON = "không bao giờ lưu"
#: What people write every day and may write everywhere.
ORDINARY = (
    "Gọi con gái 0912345678 hoặc 0981 234 567",
    "12/10 hẻm 45 Lý Thường Kiệt",
    "Hồ sơ H29.35.16-250702-0012",
    "Nguyễn Thị Ánh (bà Tư)",
)
TELEPHONES = {"phone", "phones", "hotline"}
#: Fields that are meant for numbers, and why long ones may stand there.
NUMBERS = {
    "AcceptForm.pin": "made by us, checked digit by digit, and never kept",
    "CheckForm.code": "exactly four digits",
    "CheckForm.digits": "exactly three digits",
    "DrawForm.corners": "degrees, each line read as two numbers or refused",
    "DeliveryForm.lines": "serial numbers (IMEI), each with its check digit",
    "HandOverForm.imei": "a serial number with its check digit",
    "SwapForm.imei": "a serial number with its check digit",
    "HandOverForm.old_imei": "a serial number with its check digit",
    "SwapForm.old_imei": "a serial number with its check digit",
    "HandOverForm.other_imei": "a serial number with its check digit",
    "SwapForm.other_imei": "a serial number with its check digit",
    "HomeForm.code": "the ward's own number of a household",
    "MannerForm.number": "a telephone number or a short one",
    "RegistrationForm.reference": "a carrier's own number for a wording",
    "TeamForm.start": "a latitude and a longitude",
}


def forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("outreach"):
            yield one
        yield from forms(one)


def written(app: Outreach) -> dict[str, Any]:
    """Every field that people write text into, by its form's and its own name."""
    assert app.blueprints  # every feature's forms are imported
    found = {}
    for form in forms():
        for name in dir(form):
            field = getattr(form, name)
            if isinstance(field, UnboundField) and is_written(field.field_class):
                found[f"{form.__name__}.{name}"] = field
    return found


def alone(field: Any, said: str = "") -> Any:
    """The field in a form of its own, as our forms bind it."""
    form = type("Alone", (Form,), {"it": field, "__module__": __name__})(MultiDict({"it": said}))
    return form["it"]


def errors(field: Any, said: str) -> list[str]:
    """What the field itself says to a text."""
    found = alone(field, said)
    found.validate(Form())
    return [str(error) for error in found.errors]


def takes_numbers(field: Any) -> bool:
    return any(isinstance(check, Numbers) for check in alone(field).validators)


def test_every_field_of_every_form_refuses_secrets_with_a_reason(app: Outreach) -> None:
    fields_ = written(app)
    assert len(fields_) > 40
    for place, field in fields_.items():
        if takes_numbers(field):
            assert errors(field, SECRETS[0]), place  # never a person's own number
            continue
        for secret in SECRETS:
            assert any(REASON in said for said in errors(field, secret)), (
                place,
                secret,
            )


def test_only_fields_that_are_meant_for_numbers_are_let_off(app: Outreach) -> None:
    free = {place for place, field in written(app).items() if takes_numbers(field)}
    others = {place for place in free if place.partition(".")[2] not in TELEPHONES}
    assert others - set(NUMBERS) == set()


def test_ordinary_words_are_no_false_alarm(app: Outreach) -> None:
    for place, field in written(app).items():
        if takes_numbers(field):
            continue
        for said in ORDINARY:
            assert not any(REASON in e for e in errors(field, said)), (place, said)


@pytest.mark.parametrize("secret", SECRETS)
def test_sheets_leave_out_cells_with_secrets(secret: str) -> None:
    assert values.note(secret, 500) is Reason.NOTE_HOLDS_SECRET


#: Names of fields that are read from a form without a form class.
LOOSE = ("typed", "note", "was.note", "name", "text", "reason", "landmark", "address", "relation")


def test_nothing_secret_reaches_the_database_through_a_report(
    app: Outreach, make: Make, sign_in, now, session: Session
) -> None:
    walk = make.walk()
    person, home = walk.homes[0].residents[0], walk.homes[0]
    client = sign_in(walk.volunteer)
    secret = SECRETS[0]
    place = f"vneid_l2.{person.id}.appointment_set"
    told = {f"help.vneid_l2.{person.id}": "appointment_set"}
    for extra in ({"note": secret}, {f"typed.{place}.appointment_on": secret}):
        assert send(client, walk, fields(now, **told, **extra)).status_code == 422
    ignored = {f"typed.{place}.nothing": secret, "made_with": secret, "unknown": secret}
    send(client, walk, fields(now, **told, **ignored))
    for path in (f"/homes/{home.id}/fix", f"/homes/{home.id}"):
        client.post(path, data={**fields(now), **dict.fromkeys(LOOSE, secret)})
    assert everything(session).count(secret) == 0


def everything(session: Session) -> str:
    """All that is stored, as text."""
    found = []
    for table in schema.metadata.sorted_tables:
        found += [repr(tuple(row)) for row in session.execute(sa.select(table))]
    return "\n".join(found)
