"""The server's half of the phone: CPU for each report, and the end of a morning for a whole ward.

Called by the group `phone`. The morning is an open loop: reports are sent when they are due,
however slow the answers are, so that a queue shows as waiting and not as fewer reports.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import secrets
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from benchmarks import arrange, load
from benchmarks.load import Server
from benchmarks.report import Row
from outreach.accounts.models import Role
from outreach.core import clock
from outreach.rounds.models import Handout, Round, Route, State, Stop
from outreach.web import Outreach
from tests.factories import Make

VOLUNTEERS, REPORTS, TEAM = 400, 30, 10
#: A morning's end; shorten it with MORNING_SECONDS, the rate stays the same.
MORNING = 300.0
CLIENTS = 32
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Sending:
    """One request of a phone, and when it is due, in seconds from the start."""

    due: float
    path: str
    body: str
    kind: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Milliseconds from when each was due to its answer, and what was not stored."""

    milliseconds: list[float]
    refused: list[str]

    def percentile(self, share: float) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * share)]


def rows() -> Iterator[Row]:
    """CPU by report sent singly and in batches, then the morning's end sent both ways."""
    seconds = float(os.environ.get("MORNING_SECONDS", MORNING))
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        url, secret = f"sqlite:///{folder}/site.sqlite", secrets.token_hex()
        app = arrange.application(url, secret)
        from outreach.core import migrate

        migrate.upgrade(app.db.engine)
        phones = ward(app)
        app.db.dispose()
        ours = {"OUTREACH_DATABASE_URL": url, "OUTREACH_SECRET_KEY": secret}
        with load.served("app:app", ours) as site:
            yield Row("server CPU by report, sent one by one", "ms", _cpu(site, phones, 1))
            yield Row("server CPU by report, 30 in a request", "ms", _cpu(site, phones, REPORTS))
            rate = VOLUNTEERS * REPORTS / MORNING
            for together, said in ((1, "one by one"), (REPORTS, "30 in a request")):
                outcome = _morning(site, phones, seconds, together)
                name = f"{rate:.0f} reports/s for {seconds:.0f} s, {said}"
                yield Row(f"{name}: refused", "", len(outcome.refused), bar=0, at_most=True)
                yield Row(f"{name}: p50", "ms", outcome.percentile(0.5))
                yield Row(f"{name}: p99", "ms", outcome.percentile(0.99))


def ward(app: Outreach) -> list[arrange.Walker]:
    """`VOLUNTEERS` in teams of ten, each with a published route of `REPORTS` homes."""
    sa.event.listen(app.db.engine, "connect", _hurry)
    with app.db.sessions(expire_on_commit=False) as session:
        make = Make(session)
        area = make.neighbourhood()
        homes = [make.home(area, east=n * 20.0) for n in range(TEAM * REPORTS)]
        found = []
        for _ in range(VOLUNTEERS // TEAM):
            team = make.team(area)
            leader = make.user(Role.LEADER, area=area)
            now = clock.now()
            round_ = Round(
                team=team,
                day=now.astimezone(app.settings.zone).date(),
                starts=7 * 60,
                ends=12 * 60,
                state=State.PUBLISHED,
                created_by_id=leader.id,
                created_at=now,
                changed_at=now,
                published_at=now,
            )
            session.add(round_)
            session.flush()
            for number in range(TEAM):
                user = make.member(team).user
                route = Route(
                    round=round_, volunteer=user, position=number, starts=420, ends=720,
                    start_latitude=10.9, start_longitude=106.7,
                )  # fmt: skip
                mine = homes[number * REPORTS : (number + 1) * REPORTS]
                stops = [
                    Stop(
                        id=uuid.uuid4(), round_id=round_.id, route=route, household_id=home.id,
                        position=n, arrives_s=25200 + n * 600, starts_s=25200 + n * 600,
                        service_s=300,
                    )
                    for n, home in enumerate(mine)
                ]  # fmt: skip
                given = [
                    Handout(
                        round_id=round_.id, stop_id=stop.id, household_id=stop.household_id,
                        volunteer_id=user.id, given_at=now,
                    )
                    for stop in stops
                ]  # fmt: skip
                session.add_all([*stops, *given])
                cookie = arrange.cookie(app, make, user)
                found.append(arrange.Walker(cookie, tuple(stop.id for stop in stops)))
    return found


def _hurry(connection: Any, _record: object) -> None:
    """Nobody minds losing what is only arranged."""
    connection.execute("PRAGMA synchronous=OFF")


def _cpu(site: Server, phones: Sequence[arrange.Walker], together: int) -> float:
    """Milliseconds of the server's CPU for a report, a few at a time."""
    sendings = [
        sending for phone in phones[:SAMPLE] for sending in _sendings(phone, 0.0, 0.0, together)
    ]
    before = site.cpu_seconds
    outcome = play(site.port, sendings, clients=4)
    assert not outcome.refused, outcome.refused[:3]
    return (site.cpu_seconds - before) / (SAMPLE * REPORTS) * 1000


def _morning(
    site: Server, phones: Sequence[arrange.Walker], seconds: float, together: int
) -> Outcome:
    """Every phone comes back at its own moment; in a shorter morning only some do."""
    coming = phones[: max(1, round(len(phones) * seconds / MORNING))]
    apart = seconds / len(coming)
    sendings = [
        sending
        for number, phone in enumerate(coming)
        # singly, a phone's reports follow each other over the rest of the morning's gaps
        for sending in _sendings(phone, number * apart, apart / REPORTS, together)
    ]
    return play(site.port, sendings, clients=CLIENTS)


def _sendings(phone: arrange.Walker, due: float, apart: float, together: int) -> Iterator[Sending]:
    forms = [(f"/stops/{stop}/report", urlencode(_fields())) for stop in phone.stops]
    if together == 1:
        for n, (path, body) in enumerate(forms):
            kind = "application/x-www-form-urlencoded"
            yield Sending(due + n * apart, path, body, kind, phone.cookie)
        return
    for at in range(0, len(forms), together):
        items = [{"path": path, "body": body} for path, body in forms[at : at + together]]
        body = json.dumps({"items": items, "held": len(items)})
        yield Sending(due, "/outbox", body, "application/json", phone.cookie)


def _fields() -> dict[str, object]:
    return {
        "report_id": uuid.uuid4(),
        "made_at": arrange.now_text(),
        "form_version": 2,
        "outcome": "nobody_home",
        "note": "",
    }


def play(port: int, sendings: Sequence[Sending], *, clients: int) -> Outcome:
    """Send each when it is due, from another process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_play, (port, sorted(sendings, key=lambda one: one.due), clients))


def _play(port: int, sendings: list[Sending], clients: int) -> Outcome:
    waiting = iter(sendings)
    turn, taken, refused = threading.Lock(), list[float](), list[str]()
    began = time.perf_counter()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with turn:
                sending = next(waiting, None)
            if sending is None:
                return
            time.sleep(max(0.0, began + sending.due - time.perf_counter()))
            refused.extend(_sent(connection, sending))
            taken.append((time.perf_counter() - began - sending.due) * 1000)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(taken, refused)


def _sent(connection: http.client.HTTPConnection, sending: Sending) -> list[str]:
    """What was not stored of one request."""
    headers = {
        "Cookie": sending.cookie,
        "Content-Type": sending.kind,
        "Accept": "application/json",
        "Outreach-Held": "1",
    }
    connection.request("POST", sending.path, sending.body, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200:
        return [f"{answer.status} {told[:200]!r}"]
    items = json.loads(told).get("items", ())
    return [str(item) for item in items if item["status"] != 200]
