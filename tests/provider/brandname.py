"""A stateful HTTP server on 127.0.0.1 that speaks the JSON shape of Vietnamese gateways.

It remembers what it took, refuses a request's name the second time, and misbehaves when told to.
Requests are judged by what the gateways document: fields, their kinds and their lengths.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from outreach.messaging.segments import measure
from tests.provider.contract import Exchange
from tests.provider.http import Answer, Handler
from tests.provider.twilio import TAKEN, Fault

KEY, SECRET, BRAND = "an ApiKey", "a SecretKey that only this machine knows", "UBNDPHUONG"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PRICE = 850
REFUSALS = {
    99: "Phone is blocked",
    101: "Authorize Failed",
    103: "Balance is not enough",
    104: "Brand name code is not exist",
    108: "Phone is not valid",
    124: "Request exist 1",
    140: "IP is not in whitelist",
    146: "Sai template Brandname CSKH",
    160: "Too many requests a second",
    177: "Brandname is not registered with this telco",
}
#: name -> (must be there, longest); all of them are text
FIELDS = {
    "ApiKey": (True, 64),
    "SecretKey": (True, 64),
    "Phone": (True, 15),
    "Content": (True, 1000),
    "Brandname": (True, 11),
    "SmsType": (True, 1),
    "IsUnicode": (False, 1),
    "RequestId": (False, 50),
    "CallbackUrl": (False, 400),
}


@dataclass
class Sms:
    """One message in the books."""

    ref: str
    phone: str
    content: str
    brand: str
    request: str
    callback: str
    status: int = 2
    delivered: bool | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def listed(self) -> dict[str, Any]:
        result = {True: 1, False: 0, None: 2}[self.delivered]
        return {
            "Campaign": "",
            "Content": self.content,
            "Phone": self.phone,
            "ReferenceId": self.ref,
            "SellPrice": float(PRICE * measure(self.content).segments),
            "SendResult": result,
            "SendStatus": self.status,
            "SentTime": f"/Date({int(self.at.timestamp() * 1000)}+0700)/",
            "SmsId": 1,
            "SmsType": 2,
        }

    def counts(self) -> dict[str, Any]:
        return {
            "SMSID": self.ref,
            "SendFailed": int(self.delivered is False),
            "SendStatus": self.status,
            "SendSuccess": int(self.delivered is True),
            "TotalPrice": float(PRICE * measure(self.content).segments),
            "TotalReceiver": 1,
            "TotalSent": 1,
        }


class LocalBrandname:
    """`with LocalBrandname() as gateway:` and point the channel's url at `gateway.url`."""

    def __init__(self, deliver: Callable[[str], int] = lambda _url: 0) -> None:
        self.stored: dict[str, Sms] = {}
        #: Faults for the next messages, in order; then it behaves.
        self.faults: deque[Fault] = deque()
        #: Numbers it will not send to, with the gateway's code.
        self.refusals: dict[str, int] = {}
        #: Brandnames that are registered.
        self.brands = {BRAND}
        self.latency = 0.0
        self.deliver = deliver
        self.violations: list[str] = []
        self.asked = 0
        self._requests: set[str] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        handler = type("BoundHandler", (Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/json"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def finish(self, ref: str, *, delivered: bool, more: str = "") -> int:
        """The carrier's report came: news by GET, as the gateways bring it; what was answered."""
        row = self.stored[ref]
        row.status, row.delivered = 5, delivered
        return self.call_back(ref, more=more)

    def call_back(self, ref: str, *, more: str = "", **changed: object) -> int:
        """One callback with what the books say, or something else where `changed` does."""
        row = self.stored[ref]
        news = {
            **row.counts(),
            "RequestId": row.request,
            "TypeId": 2,
            "telcoid": 1,
            "phonenumber": row.phone,
            **changed,
        }
        return self.deliver(f"{row.callback}{more}?{urlencode(news)}")

    def answer(self, exchange: Exchange) -> tuple[Answer, Callable[[], None]]:
        self.asked += 1
        name = exchange.path.removeprefix("/json/").rstrip("/")
        asked = json.loads(exchange.body) if exchange.method == "POST" else exchange.query
        if (asked.get("ApiKey"), asked.get("SecretKey")) != (KEY, SECRET):
            return _refused(101), _nothing
        answers = {
            "SendMultipleMessage_V4_post_json": self._send,
            "GetSmsSentData_V2": self._list,
            "GetSendStatus": self._status,
        }
        return answers[name](asked), _nothing

    def judge(self, exchange: Exchange) -> None:
        if "SendMultipleMessage" not in exchange.path:
            return
        asked = json.loads(exchange.body)
        found = [f"{name} is no field" for name in set(asked) - set(FIELDS)]
        for name, (needed, longest) in FIELDS.items():
            given = asked.get(name)
            if given is None:
                found += [f"{name} is missing"] if needed else []
            elif not isinstance(given, str) or not 0 < len(given) <= longest:
                found.append(f"{name}: {given!r}")
        with self._lock:
            self.violations += found

    def _send(self, asked: dict[str, str]) -> Answer:
        with self._lock:
            fault = self.faults.popleft() if self.faults else None
            if fault and fault not in TAKEN:
                return _not_taken(fault)
            if asked["RequestId"] in self._requests:
                return _refused(124)
            if code := self._objection(asked):
                return _refused(code)
            row = self._take(asked)
        time.sleep(self.latency)
        if fault is Fault.CALLBACK_FIRST:
            self.finish(row.ref, delivered=True)
        if fault is Fault.ERROR_AFTER_TAKING:
            return Answer(500, {"error": "Invalid request"})
        if fault is Fault.SLOW:
            self._ended.wait()
        said = {"CodeResult": "100", "CountRegenerate": 0, "SMSID": row.ref}
        return Answer(
            200, said, drop=fault is Fault.DROP_AFTER_TAKING, garbled=fault is Fault.GARBLED
        )

    def _objection(self, asked: dict[str, str]) -> int | None:
        phone = asked["Phone"]
        if not (phone.isdigit() and phone.startswith("0") and 10 <= len(phone) <= 11):
            return 108
        if asked["Brandname"] not in self.brands:
            return 104
        unicode_text = any(ord(c) > 127 for c in asked["Content"])
        if unicode_text and asked.get("IsUnicode") != "1":
            return 146
        return self.refusals.get(phone)

    def _take(self, asked: dict[str, str]) -> Sms:
        row = Sms(
            ref=secrets.token_hex(16),
            phone=asked["Phone"],
            content=asked["Content"],
            brand=asked["Brandname"],
            request=asked["RequestId"],
            callback=asked.get("CallbackUrl", ""),
        )
        self._requests.add(row.request)
        self.stored[row.ref] = row
        return row

    def _list(self, asked: dict[str, Any]) -> Answer:
        since, until = (
            datetime.fromisoformat(asked[end]).replace(tzinfo=ZONE) for end in ("From", "To")
        )
        with self._lock:
            rows = [row for row in self.stored.values() if since <= row.at <= until]
        size, page = int(asked["PageSize"]), int(asked["Page"])
        shown = rows[(page - 1) * size : page * size]
        found = [row.listed() for row in shown]
        return Answer(200, {"CodeResult": "100", "CountTotal": len(rows), "SentData": found})

    def _status(self, asked: dict[str, str]) -> Answer:
        row = self.stored.get(asked["RefId"])
        if row is None:
            return Answer(200, {"CodeResponse": "105", "SMSID": asked["RefId"]})
        return Answer(200, {"CodeResponse": "100", **row.counts()})


def _refused(code: int) -> Answer:
    said = {"CodeResult": str(code), "CountRegenerate": 0, "ErrorMessage": REFUSALS[code]}
    return Answer(200, said)


def _not_taken(fault: Fault) -> Answer:
    if fault is Fault.DROP:
        return Answer(0, {}, drop=True)
    if fault is Fault.TOO_MANY:
        return Answer(429, {"error": "slow down"}, {"Retry-After": "7"})
    if fault is Fault.UNAVAILABLE:
        return _refused(160)
    return Answer(500, {"error": "Invalid request"})


def _nothing() -> None:
    """When the answer is all there is to do."""
