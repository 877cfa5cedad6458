"""Status callbacks: believed only when signed, applied once, never moving a message back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from outreach.core.settings import Settings
from outreach.messaging import queries
from outreach.messaging.models import Message, Receipt, Status, Suppression
from outreach.places.models import Area
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


@pytest.mark.parametrize("order", [("sent", "undelivered"), ("undelivered", "sent", "failed")])
def test_parked_news_of_a_try_that_failed_leaves_the_next_one_alone(
    line: Line, order: tuple[str, ...]
) -> None:
    line.provider.faults.append(Fault.DROP_AFTER_TAKING)
    message = line.make.message()
    line.deliver()
    (sid,) = line.provider.stored
    for said in order:
        form = params_of(ACCOUNT, sid, message.phone, said, None if said == "sent" else 30003)
        assert post(line, form, signed(TOKEN, ADDRESS, form)) == 204
    line.wait_until(1)
    line.settle()
    last = [Status.ACCEPTED, Status.UNDELIVERED, Status.QUEUED]
    assert line.make.statuses(message)[-3:] == last, "to be tried once more"
    assert receipts(line) == len(order)
    line.wait_until(40)
    line.deliver()
    assert len(line.provider.stored) == 2
    assert line.make.statuses(message)[-1] is Status.ACCEPTED


def test_the_sandbox_believes_no_callback(settings: Settings) -> None:
    app = create_app(settings)
    form = params_of(ACCOUNT, SID, "+84912345678", "sent", None)
    answer = app.test_client().post("/callbacks/twilio/status", data=form)
    assert answer.status_code == 403
    app.db.dispose()


def test_a_callback_by_get_is_believed_by_its_whole_address(
    line: Line, sent: tuple[Message, str]
) -> None:
    message, sid = sent
    query = urlencode(params_of(ACCOUNT, sid, message.phone, "delivered", None))
    path = f"/callbacks/twilio/status?message={message.id}&{query}"
    url = f"https://ward.example{path}"
    client = line.site.test_client()
    forged = path.replace("delivered", "failed")
    assert client.get(forged, headers=signed(TOKEN, url, {})).status_code == 403
    assert client.get(path).status_code == 403
    for _ in range(2):
        assert client.get(path, headers=signed(TOKEN, url, {})).status_code == 204
    assert line.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]


def test_a_phone_out_of_reach_is_tried_once_more_and_then_no_more(line: Line) -> None:
    message = line.make.message()
    line.deliver()
    (first,) = line.provider.stored
    line.provider.advance(first, "undelivered", code=30003)
    assert line.make.statuses(message)[-2:] == [Status.UNDELIVERED, Status.QUEUED]
    line.deliver()
    assert len(line.provider.stored) == 1, "not at once"
    line.wait_until(31)
    line.deliver()
    second = list(line.provider.stored)[-1]
    line.provider.advance(second, "undelivered", code=30003)
    line.wait_until(120)
    line.deliver()
    assert len(line.provider.stored) == 2
    assert line.make.statuses(message)[-1] is Status.UNDELIVERED
    assert (message.charge, message.charged_before) == (2500, 2500), "both tries cost"


def test_late_good_news_of_the_first_try_spares_the_person_a_second_text(line: Line) -> None:
    message = line.make.message()
    line.deliver()
    (sid,) = line.provider.stored
    line.provider.advance(sid, "undelivered", code=30003)
    line.provider.advance(sid, "delivered")
    line.wait_until(31)
    line.deliver()
    assert len(line.provider.stored) == 1
    assert line.make.statuses(message)[-1] is Status.DELIVERED


def test_late_news_of_the_first_try_does_not_pass_for_the_second(line: Line) -> None:
    message = line.make.message()
    line.deliver()
    (first,) = line.provider.stored
    line.provider.advance(first, "undelivered", code=30003)
    line.wait_until(31)
    line.provider.faults.append(Fault.DROP)
    line.deliver()
    assert line.make.statuses(message)[-1] is Status.UNCERTAIN
    line.provider.call_back(first, "delivered")
    assert line.make.statuses(message)[-1] is Status.UNCERTAIN, "that was the first one"


def test_a_retry_that_would_come_too_late_is_left_to_the_call_list(line: Line) -> None:
    message = line.make.message(expires_at=line.start + timedelta(minutes=20))
    line.deliver()
    (sid,) = line.provider.stored
    line.provider.advance(sid, "undelivered", code=30003)
    assert line.make.statuses(message)[-1] is Status.UNDELIVERED
    with line.site.db.transaction(read_only=True) as session:
        everywhere = sa.select(Area.id)
        days = (message.day, message.day)
        found = queries.unreachable(session, everywhere, days=days)
        assert [m.id for m in found] == [message.id]
        later = (message.day + timedelta(days=1),) * 2
        assert queries.unreachable(session, everywhere, days=later) == []
