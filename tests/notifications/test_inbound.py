"""Providers hand on replies: believed with their proof, taken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from outreach.core.settings import Settings
from outreach.notifications.models import Reply
from outreach.notifications.views.inbound import sealed
from outreach.web import Outreach, create_app

PUBLIC = "https://ward.example"
PATH = "/callbacks/twilio/reply"
TEXT = {
    "AccountSid": "AC" + "0" * 32, "MessageSid": "SM" + "1" * 32, "From": "+84912345678",
    "To": "+84900000000", "Body": "Đồng ý ạ",
}  # fmt: skip


@pytest.fixture
def twilio_app(settings: Settings):
    app = create_app(
        replace(
            settings, sms_channel="twilio", twilio_account_sid=TEXT["AccountSid"],
            twilio_auth_token="secret", twilio_sender="WARD", public_url=PUBLIC,
        )
    )  # fmt: skip
    yield app
    app.db.dispose()


def stored(app: Outreach) -> list[tuple[str, str]]:
    with app.db.transaction(read_only=True) as session:
        return [(r.phone, r.text) for r in session.scalars(sa.select(Reply))]


def test_a_text_with_twilios_signature_is_taken_once(twilio_app: Outreach) -> None:
    client = twilio_app.test_client()
    signature = RequestValidator("secret").compute_signature(PUBLIC + PATH, TEXT)
    for _ in range(2):
        answer = client.post(PATH, data=TEXT, headers={"X-Twilio-Signature": signature})
        assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert stored(twilio_app) == [("+84912345678", "Đồng ý ạ")]


@pytest.mark.parametrize("change", ["Body", "From", "MessageSid", None])
def test_a_changed_or_unsigned_text_is_refused(twilio_app: Outreach, change: str | None) -> None:
    signature = RequestValidator("secret").compute_signature(PUBLIC + PATH, TEXT)
    sent = TEXT if change is None else TEXT | {change: "+84999999999"}
    headers = {"X-Twilio-Signature": signature} if change else {}
    answer = twilio_app.test_client().post(PATH, data=sent, headers=headers)
    assert answer.status_code == 403
    assert stored(twilio_app) == []


def gateway(method: Callable[..., Any], secret: str, **changes: str) -> int:
    sent = {"id": "mo-1", "from": "84912345678", "text": "1"}
    sent["sign"] = sealed(secret, sent["id"], sent["from"], sent["text"])
    given = {"data" if method.__name__ == "post" else "query_string": sent | changes}
    return int(method("/callbacks/brandname/reply", **given).status_code)


def test_a_gateways_text_is_taken_by_get_and_by_post_and_once(settings: Settings) -> None:
    app = create_app(replace(settings, sms_reply_secret="s3cret"))
    client: FlaskClient = app.test_client()
    assert [gateway(client.get, "s3cret"), gateway(client.post, "s3cret")] == [200, 200]
    assert stored(app) == [("+84912345678", "1")]
    assert gateway(client.get, "other") == 403
    assert gateway(client.get, "s3cret", text="0") == 403
    assert gateway(client.get, "s3cret", id="") == 403
    app.db.dispose()


def test_a_code_that_somebody_sends_us_is_covered(settings: Settings) -> None:
    app = create_app(replace(settings, sms_reply_secret="s3cret"))
    sent = {"id": "mo-2", "from": "84912345678", "text": "Ma OTP cua toi la 482915"}
    sent["sign"] = sealed("s3cret", sent["id"], sent["from"], sent["text"])
    assert app.test_client().post("/callbacks/brandname/reply", data=sent).status_code == 200
    assert stored(app) == [("+84912345678", "Ma OTP cua toi la ••••••")]
    app.db.dispose()


def test_without_a_secret_no_gateway_is_believed(app: Outreach) -> None:
    assert gateway(app.test_client().get, "") == 403
    assert app.test_client().post(PATH, data=TEXT).status_code == 404
