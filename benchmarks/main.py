"""The main job over HTTP: logging a visit, the day page, importing; then the server's memory."""

from __future__ import annotations

import secrets
import statistics
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import arrange, load
from benchmarks.load import Ask, Server
from benchmarks.report import Row, write

CLIENTS, ROUNDS, REPORTS, PAGES = 8, 9, 400, 240


def main() -> bool:
    return write("main", rows())


def rows() -> Iterator[Row]:
    """Every figure the main job promises, each with its floor from the same run."""
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        url, secret = f"sqlite:///{folder}/site.sqlite", secrets.token_hex()
        app = arrange.application(url, secret)
        from outreach.core import migrate

        migrate.upgrade(app.db.engine)
        walkers = arrange.walkers(app, count=CLIENTS)
        idle = arrange.walkers(app, count=CLIENTS, homes=0)
        app.db.dispose()
        ours = {"OUTREACH_DATABASE_URL": url, "OUTREACH_SECRET_KEY": secret}
        floor = {"FLOOR_DATABASE_URL": f"sqlite:///{folder}/floor.sqlite"}
        with (
            load.served("app:app", ours) as site,
            load.served("benchmarks.floor:app", floor) as bare,
        ):
            yield from _logging(site, bare, walkers)
            yield from _day(site, walkers, idle)
            yield Row("resident memory of the server after all of it", "MB", site.megabytes)
    yield from _importing()


def _logging(site: Server, bare: Server, walkers: list[arrange.Walker]) -> Iterator[Row]:
    ours, floor, cpu = [], [], []
    for _ in range(ROUNDS):
        before = site.cpu_seconds
        answers = load.ask(site.port, _reports(walkers), clients=CLIENTS)
        assert not answers.refused, f"reports were refused: {set(answers.refused)}"
        cpu.append((site.cpu_seconds - before) / REPORTS * 1000)
        ours.append(answers.rate)
        floor.append(load.ask(bare.port, _inserts(), clients=CLIENTS).rate)
    reference = statistics.median(floor)
    name = f"logging a visit, {CLIENTS} clients, against one bare row"
    yield Row(name, "1/s", statistics.median(ours), reference, bar=0.6)
    yield Row("server CPU to log a visit", "ms", statistics.median(cpu))


def _reports(walkers: list[arrange.Walker]) -> list[Ask]:
    asks = []
    for number in range(REPORTS):
        walker = walkers[number % len(walkers)]
        fields = {
            "report_id": uuid.uuid4(),
            "made_at": arrange.now_text(),
            "form_version": 1,
            "outcome": "nobody_home",
            "note": "",
        }
        stop = walker.stops[number // len(walkers) % len(walker.stops)]
        path = f"/stops/{stop}/report"
        asks.append(Ask(path, urlencode(fields), walker.cookie, "POST"))
    return asks


def _inserts() -> list[Ask]:
    return [
        Ask(
            "/visits",
            urlencode({"report_id": uuid.uuid4(), "outcome": "nobody_home", "note": ""}),
            method="POST",
        )
        for _ in range(REPORTS)
    ]


def _day(site: Server, walkers: list[arrange.Walker], idle: list[arrange.Walker]) -> Iterator[Row]:
    full, empty = [], []
    for _ in range(ROUNDS):
        full.append(_page(site, walkers))
        empty.append(_page(site, idle))
    name = f"day page with {arrange.HOMES} homes, p95, against an empty day's page"
    yield Row(name, "ms", statistics.median(full), statistics.median(empty), 3.0, at_most=True)


def _page(site: Server, walkers: list[arrange.Walker]) -> float:
    """p95 in milliseconds, one client: the page's cost, not a queue's."""
    asks = [Ask("/today", cookie=walkers[n % len(walkers)].cookie) for n in range(PAGES)]
    answers = load.ask(site.port, asks, clients=1)
    assert not answers.refused, f"the page was refused: {set(answers.refused)}"
    return answers.percentile(0.95)


def _importing() -> Iterator[Row]:
    from benchmarks import imports

    yield from imports.rows(Path(tempfile.gettempdir()))
