"""`python app.py` as a newcomer runs it: demonstration, sign-ins, scheduler, silent phones."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from outreach.core.settings import ROOT
from tests import databases, machine

PATIENCE = 150
SILENT = 60


@dataclass
class Running:
    """A started site: where it answers, and what it printed."""

    port: int
    process: subprocess.Popen[str]
    printed: Path

    def ask(self, method: str, path: str, body: str | None = None, cookie: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        given = answer.msg.get_all("Set-Cookie") or []
        kept = "; ".join(one.split(";")[0] for one in given)
        connection.close()
        return Answer(answer.status, answer.getheader("Location") or "", kept, text)

    def accounts(self) -> dict[str, tuple[str, str]]:
        """Role → number and password, as printed."""
        rows = re.findall(r"^\s+(\w+)\s+(0\d{9})\s+(\w+)\s", self.printed.read_text(), re.MULTILINE)
        return {role: (phone, password) for role, phone, password in rows}


@dataclass
class Answer:
    status: int
    location: str
    cookie: str
    text: str


@contextmanager
def started(database_url: str, folder: Path) -> Iterator[Running]:
    port, printed = machine.free_port(), folder / "printed"
    environment = {
        **os.environ,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "OUTREACH_DATABASE_URL": database_url,
        "OUTREACH_SECRET_KEY": "test",
        "OUTREACH_LOG_LEVEL": "INFO",
    }
    with printed.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=out, stderr=out, text=True
        )
    running = Running(port, process, printed)
    deadline = time.monotonic() + PATIENCE
    while not up(port):
        assert process.poll() is None, printed.read_text()
        assert time.monotonic() < deadline, "it did not come up"
        time.sleep(0.3)
    yield running
    process.send_signal(signal.SIGTERM)
    process.wait(20)


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[Running]:
    """A site that a test may kill."""
    with started(database_url, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site for the tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("site")
    url = os.environ.get("TEST_DATABASE_URL")
    with databases.fresh(folder, url) as database_url, started(database_url, folder) as running:
        yield running


def up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_newcomer_signs_in_as_each_role_and_has_a_day_to_look_at(open_to_all: Running) -> None:
    accounts = open_to_all.accounts()
    assert set(accounts) == {"administrator", "officer", "leader", "volunteer", "partner"}
    cookies = {}
    for role, (phone, password) in accounts.items():
        body = urlencode({"phone": phone, "password": password})
        signed = open_to_all.ask("POST", "/sign-in", body)
        assert signed.status == 303, role
        start = open_to_all.ask("GET", "/", cookie=signed.cookie)
        page = open_to_all.ask("GET", start.location, cookie=signed.cookie)
        assert (page.status, "sign-in" in start.location) == (200, False), role
        cookies[role] = signed.cookie
    today = open_to_all.ask("GET", "/today", cookie=cookies["volunteer"]).text
    assert len(re.findall(r'href="/stops/', today)) >= 4
    again = [line for line in open_to_all.printed.read_text().splitlines() if password in line]
    assert len(again) == 1, "a password was printed twice"


def test_phones_that_hold_connections_open_silently_stop_nobody(open_to_all: Running) -> None:
    silent = []
    for _ in range(SILENT):
        phone = socket.create_connection(("127.0.0.1", open_to_all.port))
        phone.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Le")
        silent.append(phone)
    assert open_to_all.ask("GET", "/healthz").status == 200
    for phone in silent:
        phone.close()


def test_the_scheduler_leads_and_was_never_started_again(open_to_all: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while "leading the scheduler" not in (said := open_to_all.printed.read_text()):
        assert "the scheduler ended" not in said, said[-500:]
        assert time.monotonic() < deadline, "nobody leads"
        time.sleep(0.3)


def test_the_scheduler_is_started_again_when_killed_and_ends_with_the_site(
    running: Running,
) -> None:
    site = psutil.Process(running.process.pid)
    first = scheduler_of(site)
    first.kill()
    second = scheduler_of(site, but=first.pid)
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(30)
    gone, left = psutil.wait_procs([second], 20)
    assert (len(gone), left) == (1, [])


def test_a_killed_site_leaves_no_scheduler_behind(running: Running) -> None:
    scheduler = scheduler_of(psutil.Process(running.process.pid))
    running.process.kill()
    running.process.wait(10)
    deadline = time.monotonic() + PATIENCE
    # some machines leave an ended orphan in the table until it is asked after
    while scheduler.is_running() and scheduler.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the scheduler goes on without its site"
        time.sleep(0.2)


def scheduler_of(site: psutil.Process, *, but: int = 0) -> psutil.Process:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for child in site.children():
            if child.pid != but and "scheduler" in child.cmdline():
                return child
        time.sleep(0.2)
    raise AssertionError("there is no scheduler")
