"""Status callbacks: believed only when signed, applied once, never moving a message back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from outreach.core.settings import Settings
from outreach.messaging.models import Message, Receipt, Status, Suppression
from outreach.web import create_app
from tests.messaging.line import Line
from tests.provider import ACCOUNT, TOKEN, Fault
from tests.provider.callbacks import params_of, signed

ADDRESS = "https://ward.example/callbacks/twilio/status"
SID = "SM" + "ab" * 16


@pytest.fixture
def sent(line: Line) -> tuple[Message, str]:
    """A message the provider has taken, and its reference."""
    message = line.make.message()
    line.deliver()
    (sid,) = line.provider.stored
    return message, sid


def post(line: Line, form: dict[str, str], headers: dict[str, str], query: str = "") -> int:
    client = line.site.test_client()
    answer = client.post(f"/callbacks/twilio/status{query}", data=form, headers=headers)
    return answer.status_code


def receipts(line: Line) -> int:
    with line.site.db.transaction(read_only=True) as session:
        return session.scalar(sa.select(sa.func.count(Receipt.id))) or 0


def test_a_signed_callback_moves_the_message(line: Line, sent: tuple[Message, str]) -> None:
    message, sid = sent
    assert line.provider.advance(sid, "sent", "delivered") == [204, 204]
    assert line.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]


def test_callbacks_out_of_order_never_move_a_message_back(
    line: Line, sent: tuple[Message, str]
) -> None:
    message, sid = sent
    assert line.provider.advance(sid, "delivered", "sent", "queued") == [204] * 3
    assert line.make.statuses(message)[-1] is Status.DELIVERED


def test_a_replayed_callback_changes_nothing(line: Line, sent: tuple[Message, str]) -> None:
    message, sid = sent
    assert line.provider.advance(sid, *["delivered"] * 3) == [204] * 3
    assert line.make.statuses(message).count(Status.DELIVERED) == 1
    assert receipts(line) == 1


def test_a_contradiction_after_the_end_is_kept_but_changes_nothing(
    line: Line, sent: tuple[Message, str]
) -> None:
    message, sid = sent
    line.provider.advance(sid, "delivered")
    line.provider.advance(sid, "undelivered", code=30003)
    assert line.make.statuses(message)[-1] is Status.DELIVERED
    assert receipts(line) == 2


@pytest.mark.parametrize(
    ("code", "reason"), [(30007, "filtered"), (30005, "number_unknown"), (None, None)]
)
def test_an_undelivered_message_says_why(
    line: Line, sent: tuple[Message, str], code: int | None, reason: str | None
) -> None:
    message, sid = sent
    line.provider.advance(sid, "undelivered", code=code)
    assert line.make.statuses(message)[-1] is Status.UNDELIVERED
    assert message.reason == reason


def test_an_opt_out_told_by_callback_silences_the_number(
    line: Line, sent: tuple[Message, str]
) -> None:
    message, sid = sent
    line.provider.advance(sid, "undelivered", code=21610)
    with line.site.db.transaction(read_only=True) as session:
        assert session.scalar(sa.select(Suppression.phone)) == message.phone


def test_an_unsigned_or_forged_callback_is_refused(line: Line, sent: tuple[Message, str]) -> None:
    message, sid = sent
    form = params_of(ACCOUNT, sid, message.phone, "delivered", None)
    forged = {"X-Twilio-Signature": "bm90IGl0"}
    other = signed("another token", ADDRESS, form)
    assert [post(line, form, h) for h in ({}, forged, other)] == [403] * 3
    assert line.make.statuses(message)[-1] is Status.ACCEPTED


def test_a_tampered_callback_is_refused(line: Line, sent: tuple[Message, str]) -> None:
    message, sid = sent
    form = params_of(ACCOUNT, sid, message.phone, "failed", None)
    headers = signed(TOKEN, ADDRESS, form)
    assert post(line, form | {"MessageStatus": "delivered"}, headers) == 403
    assert post(line, form | {"Extra": "1"}, headers) == 403
    assert post(line, form, headers, query=f"?message={message.id}") == 403
    assert post(line, form, headers) == 204


def test_a_signature_over_another_address_is_refused(line: Line) -> None:
    form = params_of(ACCOUNT, SID, "+84912345678", "sent", None)
    elsewhere = signed(TOKEN, "https://elsewhere.example/callbacks/twilio/status", form)
    assert post(line, form, elsewhere) == 403


def test_the_newer_signature_is_accepted_too(line: Line) -> None:
    form = params_of(ACCOUNT, SID, "+84912345678", "sent", None)
    signature = RequestValidator(TOKEN).compute_signature(ADDRESS, form, "HMAC_SHA256")
    named = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}
    assert post(line, form, {"X-Twilio-Signature": signature, **named}) == 204
    assert post(line, form, {"X-Twilio-Signature": signature}) == 403


def test_twilios_documented_signature_is_the_one_we_check() -> None:
    """The example of Twilio's security documentation."""
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    validator = RequestValidator("12345")
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert validator.compute_signature(url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "strange",
    [
        {"MessageStatus": "flown"},
        {"MessageStatus": "received"},
        {"MessageSid": ""},
        {"MessageSid": "SM" + "0" * 400},
        {"AccountSid": "AC" + "0" * 32},
    ],
)
def test_a_genuine_callback_about_nothing_of_ours_is_ignored(
    line: Line, strange: dict[str, str]
) -> None:
    form = params_of(ACCOUNT, SID, "+84912345678", "sent", None) | strange
    assert post(line, form, signed(TOKEN, ADDRESS, form)) == 204
    assert receipts(line) == 0


def test_news_of_an_unknown_reference_is_parked_until_it_is_known(line: Line) -> None:
    line.provider.faults.append(Fault.DROP_AFTER_TAKING)
    message = line.make.message()
    line.deliver()
    (sid,) = line.provider.stored
    form = params_of(ACCOUNT, sid, message.phone, "delivered", None)
    assert post(line, form, signed(TOKEN, ADDRESS, form)) == 204, "an address without our id"
    assert line.make.statuses(message)[-1] is Status.UNCERTAIN
    line.wait_until(1)
    line.settle()
    assert line.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]


def test_the_sandbox_believes_no_callback(settings: Settings) -> None:
    app = create_app(settings)
    form = params_of(ACCOUNT, SID, "+84912345678", "sent", None)
    answer = app.test_client().post("/callbacks/twilio/status", data=form)
    assert answer.status_code == 403
    app.db.dispose()
