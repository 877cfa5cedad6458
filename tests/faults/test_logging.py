"""The server is killed while phones report: what was acknowledged is stored, and stored once."""

from __future__ import annotations

import http.client
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from outreach.core import clock
from outreach.core.settings import ROOT
from outreach.visits.models import Report
from outreach.web import Outreach
from tests import machine
from tests.factories import Make

PHONES, REPORTS, KILLS = 4, 25, 4
PATIENCE = 120


class Server:
    """The site in a process of its own, to be killed without warning and started again."""

    def __init__(self, app: Outreach) -> None:
        self.port = machine.free_port()
        self._environment = {
            **os.environ,
            "OUTREACH_DATABASE_URL": app.settings.database_url,
            "OUTREACH_SECRET_KEY": app.settings.secret_key,
        }
        self._start()

    def _start(self) -> None:
        code = (
            "import waitress; from app import app; "
            f"waitress.serve(app, host='127.0.0.1', port={self.port}, threads=4)"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=self._environment, stderr=subprocess.DEVNULL
        )

    def kill_and_start_again(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def server(app: Outreach) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()


def test_a_killed_server_loses_no_report_and_doubles_none(
    app: Outreach, make: Make, server: Server
) -> None:
    phones = [phone_of(app, make) for _ in range(PHONES)]
    made = [fields for _cookie, reports in phones for _path, fields in reports]
    threads = [
        threading.Thread(target=send_all, args=(server.port, *phone), daemon=True)
        for phone in phones
    ]
    for thread in threads:
        thread.start()
    chance = random.Random(11)
    for _ in range(KILLS):
        time.sleep(chance.uniform(2.0, 4.0))
        server.kill_and_start_again()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a phone could not hand in its reports"
    with app.db.transaction(read_only=True) as session:
        stored = session.scalars(sa.select(Report.id)).all()
    assert sorted(map(str, stored)) == sorted(str(fields["report_id"]) for fields in made)


def phone_of(app: Outreach, make: Make) -> tuple[str, list[tuple[str, dict[str, object]]]]:
    """A volunteer's cookie, and reports for the stops of a published route of today."""
    team = make.team()
    user = make.member(team).user
    homes = [make.home(team.area, east=n * 20.0) for n in range(5)]
    today: datetime = clock.now().astimezone(app.settings.zone)
    route = make.walked_route(team, user, homes, day=today.date())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.device_token(user)
        cookie["_fresh"] = True
    kept = client.get_cookie("outreach")
    assert kept is not None
    reports: list[tuple[str, dict[str, object]]] = [
        (
            f"/stops/{route.stops[n % len(homes)].id}/report",
            {
                "report_id": uuid.uuid4(),
                "made_at": clock.now().isoformat(),
                "form_version": 1,
                "outcome": "nobody_home",
            },
        )
        for n in range(REPORTS)
    ]
    return f"outreach={kept.value}", reports


def send_all(port: int, cookie: str, reports: list[tuple[str, dict[str, object]]]) -> None:
    """As an outbox does: the same report again until the server says it has it."""
    for path, fields in reports:
        while not sent(port, cookie, path, urlencode(fields)):
            time.sleep(0.2)
        time.sleep(0.2)


def sent(port: int, cookie: str, path: str, body: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    assert status < 500, status
    return status in {200, 201, 303}
