"""Help in a large ward: worklists and cards beside a small one's, and all of it from its steps."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import sqlalchemy as sa

from benchmarks import arrange, assistance_confirm, assistance_ward, load
from benchmarks.report import Row, write
from outreach.accounts.models import Role
from outreach.assistance import passes
from outreach.assistance.models import Step
from outreach.core import migrate
from outreach.core.db import Database
from outreach.web import Outreach
from tests import databases
from tests.factories import Make

LARGE, SMALL = 50_000, 500
ASKS, ROUNDS = 60, 5
#: Milliseconds, and how much more than in a small ward.
MOST_MS, MOST_RATIO = 150, 1.3


def main() -> bool:
    return write("assistance", rows())


def rows() -> Iterator[Row]:
    """Every figure, on SQLite; on PostgreSQL too where `TEST_DATABASE_URL` names a server."""
    yield from _engine("")
    if os.environ.get("TEST_DATABASE_URL"):
        yield from _engine(", PostgreSQL")
    yield from assistance_confirm.rows()


@dataclass(frozen=True, slots=True)
class Ward:
    """A filled site with an officer's cookie, and what an officer looks at there."""

    url: str
    secret: str
    cookie: str
    pages: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {"OUTREACH_DATABASE_URL": self.url, "OUTREACH_SECRET_KEY": self.secret}


def _engine(named: str) -> Iterator[Row]:
    server = os.environ["TEST_DATABASE_URL"] if named else None
    with ExitStack() as kept:
        folders = [kept.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        places = [kept.enter_context(databases.empty(Path(one), server)) for one in folders]
        small, _spent = _ward(places[0], SMALL)
        large, spent = _ward(places[1], LARGE)
        yield from spent
        large_ms, small_ms = _measured(large, small)
    for name, ours in large_ms.items():
        yield Row(f"{name}, {LARGE:,} homes, p95{named}", "ms", ours, None, MOST_MS, at_most=True)
        against = f"{name}, against {SMALL} homes{named}"
        yield Row(against, "ms", ours, small_ms[name], MOST_RATIO, at_most=True)


def _ward(url: str, homes: int) -> tuple[Ward, list[Row]]:
    secret = secrets.token_hex()
    app = arrange.application(url, secret)
    migrate.upgrade(app.db.engine)
    with app.db.sessions(expire_on_commit=False) as session:
        ward, home = assistance_ward.fill(session, homes)
        make = Make(session)
        cookie = arrange.cookie(app, make, make.user(Role.OFFICER, area=ward))
    found = list(_recomputing(app)) if homes == LARGE else []
    if homes != LARGE:
        passes.recompute(app.db, write=True)
    app.db.dispose()
    return Ward(url, secret, cookie, _pages(str(home))), found


def _pages(home: str) -> dict[str, str]:
    return {
        "worklist due soon": "/rounds/due",
        "worklist overdue": "/rounds/due?list=overdue",
        "worklist stuck": "/rounds/due?list=stuck",
        "worklist overdue, one programme": "/rounds/due?list=overdue&programme=vneid_l2",
        "four pillars of the ward": "/help/pillars",
        "four pillars of a home": f"/help/homes/{home}",
    }


def _recomputing(app: Outreach) -> Iterator[Row]:
    floor = min(_read(app.db) for _ in range(2))
    began = time.perf_counter()
    found = passes.recompute(app.db, write=True)
    first = time.perf_counter() - began
    began = time.perf_counter()
    passes.recompute(app.db, write=True)
    again = time.perf_counter() - began
    name = f"{found.steps:,} steps worked out again"
    yield Row(f"{name}, clocks written, pillars counted", "s", first)
    yield Row(f"{name}, nothing to change, against reading them", "s", again, floor)


def _read(db: Database) -> float:
    """Seconds for a plain read of every step, in order, through the same columns."""
    began = time.perf_counter()
    with db.transaction(read_only=True) as session:
        columns = (
            Step.case_id, Step.to_state, Step.evidence, Step.variant, Step.stop_reason,
            Step.happened_at, Step.typed,
        )  # fmt: skip
        chosen = sa.select(*columns).order_by(Step.case_id, Step.number)
        for _row in session.execute(chosen.execution_options(yield_per=5000)):
            pass
    return time.perf_counter() - began


def _measured(*wards: Ward) -> list[dict[str, float]]:
    """Each ward's p95 of each page in milliseconds, one client: the page's cost, not a queue's.

    Wards take turns, so that a busy minute of the machine is in both.
    """
    found: list[dict[str, list[float]]] = [{name: [] for name in one.pages} for one in wards]
    with ExitStack() as kept:
        sites = [kept.enter_context(load.served("app:app", one.environment)) for one in wards]
        for number, name in product(range(ROUNDS + 1), wards[0].pages):
            asked = [
                (site.port, load.Ask(ward.pages[name], cookie=ward.cookie))
                for site, ward in zip(sites, wards, strict=True)
            ]
            answers = load.ask_in_turn(asked, times=ASKS)
            for taken, told in zip(found, answers, strict=True):
                assert not told.refused, f"{name} was refused: {set(told.refused)}"
                if number:  # the first round only warms up
                    taken[name].append(told.percentile(0.95))
    # of each round's p95 the quietest: what else ran on the machine is not the page's
    return [{name: min(each) for name, each in one.items()} for one in found]
