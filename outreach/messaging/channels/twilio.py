"""Twilio Programmable Messaging through its official library: the only file that imports it.

`channels.open_channel` imports this module only when Twilio is chosen (the library takes a second
and 24 MB, which the sandbox should not pay). Two habits of it are mended here: it waits without
end by default, and it logs every request with the phone number in it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit, urlunsplit
from uuid import UUID

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from outreach.messaging.channels import (
    Accepted,
    Busy,
    Forged,
    Kind,
    Outgoing,
    ProviderMessage,
    Receipt,
    Refused,
    Uncertain,
    http,
    twilio_errors,
)
from outreach.messaging.models import Progress

T = TypeVar("T")

#: Twilio's states, as far as they matter to a resident. The others are the way of incoming texts.
PROGRESS = {
    "accepted": Progress.ACCEPTED,
    "scheduled": Progress.ACCEPTED,
    "queued": Progress.ACCEPTED,
    "sending": Progress.ACCEPTED,
    "sent": Progress.ACCEPTED,
    "partially_delivered": Progress.ACCEPTED,
    "delivered": Progress.DELIVERED,
    "read": Progress.DELIVERED,
    "undelivered": Progress.UNDELIVERED,
    "failed": Progress.FAILED,
    "canceled": Progress.FAILED,
}

SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")

#: One phone gets a handful of messages a week, so a page of the books is plenty.
LOOK_BACK = 100
NO_LONGER_THAN = timedelta(hours=10)
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
NOT_FOUND = 404
UNAUTHORISED = (401, 403)


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """What the office gets from Twilio, and where callbacks reach us."""

    account_sid: str
    auth_token: str
    #: A Messaging Service (`MG…`) or a registered sender name; the service wins.
    messaging_service_sid: str = ""
    sender: str = ""
    #: Our own public address, as Twilio sees it; empty: no callbacks, the books are read instead.
    public_url: str = ""
    #: Another host for Twilio's API (a test peer or a proxy); empty: Twilio itself.
    base_url: str = ""
    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    #: đồng a segment, as the contract or the price list has it.
    price: int = 0


class Twilio:
    """The port, spoken to Twilio."""

    name = "twilio"
    real = True
    callback_path = "/callbacks/twilio/status"

    def __init__(self, account: TwilioAccount) -> None:
        self._account, self.price = account, account.price
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
        self._client = Client(
            account.account_sid, account.auth_token, http_client=TimedClient(account)
        )

    def send(self, message: Outgoing) -> Accepted:
        made = _asked(lambda: self._client.messages.create(**self._parameters(message)))
        price, currency = _price(made.price, made.price_unit)
        return Accepted(str(made.sid), _count(made.num_segments), price, currency)

    def find(self, to: str, since: datetime) -> list[ProviderMessage]:
        # Not by DateSent: a message still in Twilio's queue has none and would be missed.
        rows = _asked(lambda: self._client.messages.list(to=to, limit=LOOK_BACK, page_size=50))
        found = [_in_books(row) for row in rows if str(row.direction).startswith("outbound")]
        return [row for row in found if row.created_at is None or row.created_at >= since]

    def status(self, ref: str) -> ProviderMessage | None:
        try:
            return _in_books(_asked(lambda: self._client.messages(ref).fetch()))
        except Refused as refusal:
            if refusal.code == "20404":
                return None
            raise

    def receipt(
        self, path: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> Receipt | None:
        algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings", ""))
        signature = headers.get("X-Twilio-Signature", "")
        url = self._account.public_url.rstrip("/") + path
        validator = RequestValidator(self._account.auth_token)
        news = form or _query(path)
        if not (signature and validator.validate(url, form, signature, algorithm)):
            raise Forged
        status, ref = news.get("MessageStatus", ""), news.get("MessageSid", "")
        ours = news.get("AccountSid") == self._account.account_sid
        if not (ours and status in PROGRESS and SID.fullmatch(ref)):
            return None
        code = news.get("ErrorCode", "")
        return Receipt(
            ref=ref,
            progress=PROGRESS[status],
            status=status,
            code=code if code.isdigit() and len(code) < 10 else None,
            message_id=_ours(path),
        )

    def _parameters(self, message: Outgoing) -> dict[str, Any]:
        given: dict[str, Any] = {"to": message.to, "body": message.body}
        if self._account.messaging_service_sid:
            given["messaging_service_sid"] = self._account.messaging_service_sid
        # with a service, a sender must be one of the service's own: the commune's, if it has one
        if message.sender or not self._account.messaging_service_sid:
            given["from_"] = message.sender or self._account.sender
        if self._account.public_url:
            given["status_callback"] = (
                f"{self._account.public_url.rstrip('/')}{self.callback_path}"
                f"?message={quote(str(message.id))}"
            )
        if message.valid_for is not None:
            seconds = min(message.valid_for, NO_LONGER_THAN).total_seconds()
            given["validity_period"] = max(int(seconds), 1)
        return given


class TimedClient(TwilioHttpClient):  # type: ignore[misc]  # the library is untyped
    """Never waits without end; can speak to another host; passes on how long to wait."""

    def __init__(self, account: TwilioAccount) -> None:
        super().__init__()
        self._base_url = account.base_url
        # set afterwards: the library's own check takes one number, requests takes this pair
        self.timeout = (account.connect_timeout, account.read_timeout)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        response = super().request(method, _redirected(url, self._base_url), *args, **kwargs)
        if response.status_code == TOO_MANY_REQUESTS:
            raise Busy("rate_limited", http.seconds(response.headers.get("Retry-After")))
        return response


def _asked(ask: Callable[[], T]) -> T:
    """Run one request, with every way it can fail told apart."""
    try:
        return http.asked(ask)
    except (TwilioRestException, TwilioServiceException) as error:
        raise _failure(error.status, error.code) from error


def _redirected(url: str, base_url: str) -> str:
    if not base_url:
        return url
    base, asked = urlsplit(base_url), urlsplit(url)
    return urlunsplit((base.scheme, base.netloc, asked.path, asked.query, ""))


def _failure(status: int, code: int | None) -> Exception:
    """A 5xx says nothing about whether the message was taken; a 4xx says it was not."""
    if code in twilio_errors.BUSY:
        return Busy(twilio_errors.BUSY[code])
    if status >= SERVER_ERROR:
        return Uncertain("server_error")
    if code in twilio_errors.REFUSED:
        kind, reason = twilio_errors.REFUSED[code]
        return Refused(str(code), reason, kind)
    kind = Kind.CONFIGURATION if status in UNAUTHORISED else Kind.PERMANENT
    return Refused(str(code or status), "refused", kind)


def _in_books(row: Any) -> ProviderMessage:
    price, currency = _price(row.price, row.price_unit)
    return ProviderMessage(
        ref=str(row.sid),
        to=str(row.to),
        body=str(row.body or ""),
        progress=PROGRESS.get(str(row.status), Progress.ACCEPTED),
        created_at=row.date_created.astimezone(UTC) if row.date_created else None,
        code=str(row.error_code) if row.error_code else None,
        segments=_count(row.num_segments),
        price=price,
        currency=currency,
    )


def _query(path: str) -> dict[str, str]:
    """The news of a callback by GET, whose signature covers its whole address."""
    return dict(parse_qsl(urlsplit(path).query))


def _ours(path: str) -> UUID | None:
    given = parse_qs(urlsplit(path).query).get("message", [""])[0]
    try:
        return UUID(given)
    except ValueError:
        return None


def _count(segments: str | None) -> int | None:
    """Twilio counts nothing until a Messaging Service has chosen the sender: 0 is "not yet"."""
    return int(segments) if segments and segments != "0" else None


def _price(price: str | None, unit: str | None) -> tuple[Decimal | None, str | None]:
    """What it cost, as a positive sum (Twilio writes debits as negative ones)."""
    try:
        return (abs(Decimal(price)), unit.upper() if unit else None) if price else (None, None)
    except InvalidOperation:
        return None, None
