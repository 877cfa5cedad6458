"""A Vietnamese brandname gateway in the JSON shape that several share (eSMS and its like).

One POST for each message; the answer is always 200 with a `CodeResult`, of which 100 alone means
taken. A `RequestId` is refused a second time within a day, which makes a repeated request harmless.
News comes by GET to an address of each message's own. The gateway signs nothing, so that address
carries a keyed hash which nobody else can make.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import requests
from requests.adapters import HTTPAdapter

from outreach.core import clock
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
)
from outreach.messaging.channels import brandname_errors as codes
from outreach.messaging.models import Progress
from outreach.messaging.segments import Encoding, measure

#: Customer care: the only class there is for us. Advertising (1) does not exist here.
CARE = "2"
#: `SendStatus`: waiting for approval, for its turn, for the carrier's report; refused; done.
WAITING, REFUSED, DONE = {"1", "2", "7"}, "4", "5"
#: `SendResult` in the list.
RESULTS = {"1": Progress.DELIVERED, "0": Progress.UNDELIVERED}
PAGE_SIZE, MOST_PAGES = 500, 20
CLIENT_ERROR, SERVER_ERROR, TOO_MANY_REQUESTS = 400, 500, 429
UNAUTHORISED = (401, 403)
REFERENCE = re.compile(r"[0-9A-Za-z-]{1,64}")
PATH = re.compile(r"/callbacks/brandname/([0-9a-f-]{36})/([0-9a-f]{32})")
MOMENT = re.compile(r"/Date\((\d{1,15})")
VIETNAM = "+84"


@dataclass(frozen=True, slots=True)
class BrandnameAccount:
    """What the office gets from the gateway, and where callbacks reach us."""

    url: str
    key: str
    secret: str
    #: The registered name that phones show.
    sender: str
    zone: ZoneInfo
    public_url: str = ""
    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    #: đồng a segment.
    price: int = 0


class Brandname:
    """The port, spoken to a brandname gateway."""

    name = "brandname"
    real = True

    def __init__(self, account: BrandnameAccount) -> None:
        self._account, self.price = account, account.price
        self._timeout = (account.connect_timeout, account.read_timeout)
        self._http = requests.Session()
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=32))

    def send(self, message: Outgoing) -> Accepted:
        if not message.to.startswith(VIETNAM):
            raise Refused("108", "number_invalid", Kind.NUMBER)
        said = self._post("SendMultipleMessage_V4_post_json/", self._fields(message))
        code = _number(said.get("CodeResult"))
        if code == codes.TAKEN and REFERENCE.fullmatch(ref := str(said.get("SMSID") or "")):
            return Accepted(ref)
        raise _failure(code)

    def find(self, to: str, since: datetime) -> list[ProviderMessage]:
        """Read from the list of all messages of that time: the gateway cannot search by number."""
        phone = _national(to)
        found = [_listed(row, to) for row in self._sent_since(since) if _phone(row) == phone]
        return sorted(found, key=lambda row: row.created_at or since, reverse=True)

    def status(self, ref: str) -> ProviderMessage | None:
        said = self._get("GetSendStatus", {"RefId": ref})
        code = _number(said.get("CodeResponse", said.get("CodeResult")))
        if code == codes.UNKNOWN_REFERENCE:
            return None
        if code != codes.TAKEN:
            raise _failure(code)
        progress, reason = _progress(said)
        price = _price(said.get("TotalPrice"))
        currency = None if price is None else "VND"
        return ProviderMessage(
            ref, "", "", progress, None, code=reason, price=price, currency=currency
        )

    def receipt(
        self, path: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> Receipt | None:
        split = urlsplit(path)
        ours = PATH.fullmatch(split.path)
        if ours is None or not hmac.compare_digest(self.seal(UUID(ours[1])), ours[2]):
            raise Forged
        news = form or dict(parse_qsl(split.query))
        ref, status = news.get("SMSID", ""), news.get("SendStatus", "")
        if not REFERENCE.fullmatch(ref) or status not in {*WAITING, REFUSED, DONE}:
            return None
        progress, reason = _progress(news)
        return Receipt(
            ref=ref,
            progress=progress,
            status=f"{status}/{progress}",
            code=reason,
            message_id=UUID(ours[1]),
        )

    def seal(self, message_id: UUID) -> str:
        """What only we can put into the address of a message's callback."""
        key = self._account.secret.encode()
        return hmac.new(key, message_id.bytes, hashlib.sha256).hexdigest()[:32]

    def _fields(self, message: Outgoing) -> dict[str, str]:
        fields = {
            "Phone": _national(message.to),
            "Content": message.body,
            "Brandname": message.sender or self._account.sender,
            "SmsType": CARE,
            "IsUnicode": "1" if measure(message.body).encoding is Encoding.UCS2 else "0",
            "RequestId": message.request or message.id.hex,
        }
        if self._account.public_url:
            fields["CallbackUrl"] = (
                f"{self._account.public_url.rstrip('/')}/callbacks/brandname/"
                f"{message.id}/{self.seal(message.id)}"
            )
        return fields

    def _sent_since(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            said = self._post("GetSmsSentData_V2", self._asked_list(since, page))
            if (code := _number(said.get("CodeResult"))) != codes.TAKEN:
                raise _failure(code)
            rows = said.get("SentData") or []
            yield from rows
            if len(rows) < PAGE_SIZE:
                return
        raise Busy("list_too_long")

    def _asked_list(self, since: datetime, page: int) -> dict[str, str | int]:
        until = clock.now() + timedelta(minutes=15)
        return {
            "SmsType": CARE,
            "From": f"{since.astimezone(self._account.zone):%Y-%m-%d %H:%M:%S}",
            "To": f"{until.astimezone(self._account.zone):%Y-%m-%d %H:%M:%S}",
            "Page": page,
            "PageSize": PAGE_SIZE,
        }

    def _post(self, name: str, fields: Mapping[str, str | int]) -> dict[str, Any]:
        account = {"ApiKey": self._account.key, "SecretKey": self._account.secret}
        asked = {**account, **fields}
        return self._read(
            lambda: self._http.post(self._address(name), json=asked, timeout=self._timeout)
        )

    def _get(self, name: str, fields: Mapping[str, str]) -> dict[str, Any]:
        account = {"ApiKey": self._account.key, "SecretKey": self._account.secret}
        asked = {**account, **fields}
        return self._read(
            lambda: self._http.get(self._address(name), params=asked, timeout=self._timeout)
        )

    def _read(self, ask: Any) -> dict[str, Any]:
        """One answer. A 429 was not taken; any other failure of the server may have been."""
        answer: requests.Response = http.asked(ask)
        if answer.status_code == TOO_MANY_REQUESTS:
            raise Busy("rate_limited", http.seconds(answer.headers.get("Retry-After")))
        if answer.status_code >= SERVER_ERROR:
            raise Uncertain("server_error")
        if answer.status_code in UNAUTHORISED:
            raise Refused(str(answer.status_code), "credentials_refused", Kind.CONFIGURATION)
        if answer.status_code >= CLIENT_ERROR:
            raise Refused(str(answer.status_code), "refused")
        said = http.asked(answer.json)
        if not isinstance(said, dict):
            raise Uncertain("answer_unreadable")
        return said

    def _address(self, name: str) -> str:
        return f"{self._account.url.rstrip('/')}/{name}"


def _failure(code: int | None) -> Exception:
    """Whatever is not in the tables was not taken: the gateway answered, and not with 100."""
    if code is None or code == codes.TAKEN:
        return Uncertain("answer_unreadable")
    if code == codes.DUPLICATE_REQUEST:
        return Uncertain("duplicate_request")
    if code in codes.BUSY:
        return Busy(codes.BUSY[code])
    kind, reason = codes.REFUSED.get(code, (Kind.PERMANENT, "refused"))
    return Refused(str(code), reason, kind)


def _progress(news: Mapping[str, Any]) -> tuple[Progress, str | None]:
    """How far it came: `SendStatus`, and once that is done, the counts of who got it."""
    status = str(news.get("SendStatus", ""))
    if status == REFUSED:
        return Progress.FAILED, codes.REFUSED_LATER
    if status == DONE and _count(news.get("SendSuccess")):
        return Progress.DELIVERED, None
    if status == DONE and _count(news.get("SendFailed")):
        return Progress.UNDELIVERED, codes.SEND_FAILED
    return Progress.ACCEPTED, None


def _listed(row: Mapping[str, Any], to: str) -> ProviderMessage:
    status = str(row.get("SendStatus", ""))
    progress, reason = Progress.ACCEPTED, None
    if status == REFUSED:
        progress, reason = Progress.FAILED, codes.REFUSED_LATER
    elif status == DONE:
        progress = RESULTS.get(str(row.get("SendResult", "")), Progress.ACCEPTED)
        reason = codes.SEND_FAILED if progress is Progress.UNDELIVERED else None
    price = _price(row.get("SellPrice"))
    made = MOMENT.match(str(row.get("SentTime") or ""))
    return ProviderMessage(
        ref=str(row.get("ReferenceId") or ""),
        to=to,
        body=str(row.get("Content") or ""),
        progress=progress,
        created_at=datetime.fromtimestamp(int(made[1]) / 1000, UTC) if made else None,
        code=reason,
        price=price,
        currency=None if price is None else "VND",
    )


def _national(phone: str) -> str:
    """0901888484, as the gateways write Vietnamese numbers."""
    return "0" + phone.removeprefix(VIETNAM) if phone.startswith(VIETNAM) else phone


def _phone(row: Mapping[str, Any]) -> str:
    digits = "".join(c for c in str(row.get("Phone") or "") if c.isdigit())
    return "0" + digits[2:] if digits.startswith("84") and len(digits) > 10 else digits


def _number(text: object) -> int | None:
    given = str(text)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else None


def _count(text: object) -> int:
    given = str(text)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _price(text: object) -> Decimal | None:
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found < 10_000 * 100 else None
