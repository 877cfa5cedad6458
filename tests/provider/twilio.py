"""A stateful HTTP server on 127.0.0.1 that speaks Twilio's Messages API."""

import enum
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self

from outreach.messaging.segments import measure
from tests.provider.callbacks import Deliver, params_of, post, signed
from tests.provider.contract import Contract, Exchange
from tests.provider.http import Answer, Handler, basic

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a token that only this machine knows"
SERVICE = "MG" + "fedcba9876543210" * 2


class Fault(enum.Enum):
    """What may go wrong with the next message it is asked to take."""

    TOO_MANY = "429, not taken"
    UNAVAILABLE = "503 with Twilio's code, not taken"
    ERROR = "500, not taken"
    ERROR_AFTER_TAKING = "500, although it was taken"
    DROP = "connection dropped, not taken"
    DROP_AFTER_TAKING = "connection dropped, although it was taken"
    SLOW = "taken, and answered after the sender has given up"
    GARBLED = "taken, and half an answer"
    CALLBACK_FIRST = "taken, and the callbacks arrive before the answer"


TAKEN = set(Fault) - {Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.ERROR, Fault.DROP}
REFUSALS = {
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required.",
    21603: "A 'From' or 'MessagingServiceSid' parameter is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service Unavailable",
}


@dataclass
class Stored:
    """One message in the books."""

    sid: str
    to: str
    body: str
    service: str | None
    sender: str | None
    callback: str | None
    status: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    code: int | None = None

    def as_json(self) -> dict[str, object]:
        when = format_datetime(self.at)
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.sid}"
        chosen = self.status not in {"accepted", "queued"}
        segments = measure(self.body).segments if self.sender or chosen else 0
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": when,
            "date_sent": when if chosen else None,
            "date_updated": when,
            "direction": "outbound-api",
            "error_code": self.code,
            "error_message": None if self.code is None else "as documented",
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": str(segments),
            "price": f"-{0.05 * segments:.5f}" if self.status == "delivered" else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


class LocalTwilio:
    """`with LocalTwilio() as provider:` and point the channel's base_url at `provider.url`."""

    def __init__(self, contract: Contract | None = None, deliver: Deliver = post) -> None:
        self.stored: dict[str, Stored] = {}
        #: Faults for the next messages, in order; then it behaves.
        self.faults: deque[Fault] = deque()
        #: Numbers it will not send to, with Twilio's reason.
        self.refusals: dict[str, int] = {}
        #: Seconds each answer takes; a SLOW one takes until the end.
        self.latency = 0.0
        self._ended = threading.Event()
        #: Where each message goes by itself after the answer, with a callback for each state.
        self.goes_to: tuple[str, ...] = ()
        self.violations: list[str] = []
        self.asked = 0
        self.deliver = deliver
        self._contract = contract
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._pending: list[threading.Thread] = []
        self._starting = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.wait()
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> None:
        """Until every callback it began has been answered."""
        while True:
            with self._starting:
                thread = self._pending.pop() if self._pending else None
            if thread is None:
                return
            thread.join()

    def bodies(self, to: str) -> list[str]:
        return [row.body for row in self.stored.values() if row.to == to]

    def advance(self, sid: str, *statuses: str, code: int | None = None) -> list[int]:
        """Move a message on, one callback for each state; what each callback was answered."""
        return [self.call_back(sid, status, code=code, keep=True) for status in statuses]

    def call_back(
        self, sid: str, status: str, *, code: int | None = None, keep: bool = False
    ) -> int:
        """One signed callback. Without `keep` the books stay as they are: a late or false one."""
        row = self.stored[sid]
        if keep:
            row.status, row.code = status, code
        if row.callback is None:
            return 0
        params = params_of(ACCOUNT, sid, row.to, status, code)
        return self.deliver(row.callback, params, signed(TOKEN, row.callback, params))

    def answer(self, exchange: Exchange) -> tuple[Answer, Callable[[], None]]:
        """What to say, and what to do once it has been said."""
        self.asked += 1
        if exchange.headers.get("Authorization") != basic(ACCOUNT, TOKEN):
            return self.refuse(401, 20003), _nothing
        if exchange.method == "POST":
            return self._create(exchange)
        if exchange.path.endswith("/Messages.json"):
            return Answer(200, self._page(exchange.query)), _nothing
        row = self.stored.get(exchange.path.rsplit("/", 1)[1].removesuffix(".json"))
        return (Answer(200, row.as_json()) if row else self.refuse(404, 20404)), _nothing

    def refuse(self, status: int, code: int) -> Answer:
        more = f"https://www.twilio.com/docs/errors/{code}"
        body = {"code": code, "message": REFUSALS[code], "more_info": more, "status": status}
        return Answer(status, body, {"Retry-After": "7"} if code == 20429 else {})

    def judge(self, exchange: Exchange) -> None:
        if self._contract:
            with self._lock:
                self.violations += self._contract.violations(exchange)

    def _create(self, exchange: Exchange) -> tuple[Answer, Callable[[], None]]:
        form = exchange.form()
        with self._lock:
            fault = self.faults.popleft() if self.faults else None
        if fault and fault not in TAKEN:
            return self._not_taken(fault), _nothing
        if code := self._objection(form):
            return self.refuse(400, code), _nothing
        row = self._take(form)
        time.sleep(self.latency)
        if fault is Fault.CALLBACK_FIRST:
            first = Answer(201, row.as_json())
            self.advance(row.sid, *(self.goes_to or ("sent", "delivered")))
            return first, _nothing
        return self._said(row, fault), lambda: self._follow(row)

    def _not_taken(self, fault: Fault) -> Answer:
        if fault is Fault.DROP:
            return Answer(0, {}, drop=True)
        status, code = {
            Fault.TOO_MANY: (429, 20429),
            Fault.UNAVAILABLE: (503, 20503),
            Fault.ERROR: (500, 20500),
        }[fault]
        return self.refuse(status, code)

    def _said(self, row: Stored, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_AFTER_TAKING:
            return self.refuse(500, 20500)
        if fault is Fault.SLOW:
            self._ended.wait()
        return Answer(
            201,
            row.as_json(),
            drop=fault is Fault.DROP_AFTER_TAKING,
            garbled=fault is Fault.GARBLED,
        )

    def _objection(self, form: dict[str, str]) -> int | None:
        to = form.get("To", "")
        if not (to.startswith("+") and to[1:].isdigit()):
            return 21211
        if not form.get("Body"):
            return 21602
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return 21603
        return self.refusals.get(to)

    def _take(self, form: dict[str, str]) -> Stored:
        service = form.get("MessagingServiceSid")
        row = Stored(
            sid="SM" + secrets.token_hex(16),
            to=form["To"],
            body=form["Body"],
            service=service,
            sender=form.get("From"),
            callback=form.get("StatusCallback"),
            status="accepted" if service else "queued",
        )
        with self._lock:
            self.stored[row.sid] = row
        return row

    def _follow(self, row: Stored) -> None:
        if self.goes_to:
            thread = threading.Thread(target=self.advance, args=(row.sid, *self.goes_to))
            with self._starting:  # nobody may wait for it before it runs
                self._pending.append(thread)
                thread.start()

    def _page(self, query: dict[str, str]) -> dict[str, object]:
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        with self._lock:
            rows = [r for r in self.stored.values() if query.get("To") in (None, r.to)]
        rows.sort(key=lambda r: r.at, reverse=True)
        here = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize={size}"
        more = len(rows) > (page + 1) * size
        shown = rows[page * size : (page + 1) * size]
        return {
            "messages": [row.as_json() for row in shown],
            "first_page_uri": f"{here}&Page=0",
            "next_page_uri": f"{here}&Page={page + 1}&PageToken=PA{shown[-1].sid}"
            if more
            else None,
            "previous_page_uri": None,
            "uri": f"{here}&Page={page}",
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
        }


def _nothing() -> None:
    """When the answer is all there is to do."""


def _handler(provider: LocalTwilio) -> type[Handler]:
    return type("BoundHandler", (Handler,), {"provider": provider})
