"""Many homes are cut beside the pages: asked for, worked out whole or not at all, or given up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.core.db import streets_of
from outreach.routing.streets import cache, shelf
from outreach.turf import jobs, services, thinking
from outreach.turf.cutting import Cut
from outreach.turf.models import CutState, Cutting, Kind, TurfCut
from outreach.turf.services import proposing, working
from outreach.turf.tasks import Trouble
from tests import extracts
from tests.conftest import NOW
from tests.rounds.worlds import ZONE
from tests.turf.grounds import Ground
from tests.turf.test_services import file, square
from tests.turf.test_views import form, upload

ROOT = Path(__file__).resolve().parents[2]
#: Claims a cut and is killed while it thinks.
WORKER = """
import sys
from zoneinfo import ZoneInfo
from outreach import schema
from outreach.core.db import Database
from outreach.turf import jobs, thinking
db = Database(sys.argv[1])
def think(*_a, **_k):
    print("thinking", flush=True)
    sys.stdin.read()
thinking.thought = think
jobs.cut_due(db, ZoneInfo("Asia/Ho_Chi_Minh"))
"""


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(proposing, "AT_ONCE", 5)


def only(ground: Ground) -> TurfCut:
    ground.session.expire_all()
    found = ground.session.scalars(sa.select(TurfCut).order_by(TurfCut.made_at.desc())).first()
    assert found is not None
    ground.session.commit()
    return found


def test_many_homes_are_cut_beside_the_page_which_says_so(ground: Ground, sign_in) -> None:
    ground.homes(12)
    browser = sign_in(ground.leader)
    made = browser.post(f"/turf/{ground.team.id}/cut", data=form(ground))
    here = made.headers["Location"]
    waiting = browser.get(here)
    assert 'http-equiv="refresh"' in waiting.text
    assert 'data-refresh="1"' in waiting.text
    assert here in browser.get(f"/turf/{ground.team.id}").text
    assert browser.post(f"{here}/accept").status_code == 404
    assert jobs.cut_due(ground.db, ZONE) == 1
    ready = browser.get(here).text
    assert ready.count("data-turf=") == 3
    assert "data-refresh" not in ready
    assert browser.post(f"{here}/accept").status_code == 303
    assert len(ground.turfs()) == 3


def test_polygons_wait_like_any_other_wish(ground: Ground, sign_in) -> None:
    ground.homes(10)
    browser = sign_in(ground.leader)
    made = upload(browser, ground, file(square(-20, 190, name="A"), square(190, 400, name="B")))
    assert only(ground).state is CutState.ASKED
    assert jobs.cut_due(ground.db, ZONE) == 1
    assert [t["name"] for t in _content(ground)["turfs"]] == ["A", "B"]
    assert browser.get(made.headers["Location"]).status_code == 200


def _content(ground: Ground) -> dict[str, list[dict[str, str]]]:
    content: dict[str, list[dict[str, str]]] = ground.session.scalars(
        sa.select(TurfCut.content)
    ).one()
    ground.session.commit()
    return content


def test_what_cannot_be_cut_says_why_and_changes_nothing(ground: Ground, sign_in) -> None:
    ground.homes(10)
    browser = sign_in(ground.leader)
    made = upload(browser, ground, file(square(9000, 9100)))
    assert jobs.cut_due(ground.db, ZONE) == 1
    assert (only(ground).state, only(ground).failure) == (CutState.DISCARDED, Trouble.NONE_INSIDE)
    page = browser.get(made.headers["Location"]).text
    assert "http-equiv" not in page
    assert f"/turf/{ground.team.id}/cut" in page


def test_a_cut_that_is_stopped_is_never_kept(
    ground: Ground, sign_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.homes(10)
    browser = sign_in(ground.leader)
    here = browser.post(f"/turf/{ground.team.id}/cut", data=form(ground)).headers["Location"]
    real = thinking.thought

    def stopped_meanwhile(task, keep, *, every):
        assert browser.post(f"{here}/discard").status_code == 303
        assert not keep()
        return real(task, lambda: True, every=60)

    monkeypatch.setattr(thinking, "thought", stopped_meanwhile)
    assert jobs.cut_due(ground.db, ZONE) == 0
    assert only(ground).state is CutState.DISCARDED
    assert not ground.turfs()


def test_stopping_ends_the_process_that_thinks(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.homes(10)
    cut = ground.propose(parts=2)
    with ground.db.transaction(read_only=True) as session:
        task = services.ask(session, cut.id, now=NOW, zone=ZONE)
    assert task is not None
    began = time.monotonic()
    assert thinking.thought(task, lambda: False, every=0.01) is None
    assert time.monotonic() - began < 5


def test_a_slow_process_is_waited_for_however_much_it_is_told(ground: Ground) -> None:
    ground.homes(10)
    cut = ground.propose(parts=2)
    with ground.db.transaction(read_only=True) as session:
        task = services.ask(session, cut.id, now=NOW, zone=ZONE)
    assert task is not None
    many = [replace(home, id=uuid4()) for home in task.known.homes for _ in range(300)]
    beats: list[int] = []
    told = replace(task, known=replace(task.known, homes=many))  # more than a pipe holds

    def keep() -> bool:
        beats.append(1)
        return len(beats) < 6000

    made = thinking.thought(told, keep, every=0.01)
    assert isinstance(made, Cut)
    assert beats
    assert sum(len(turf["homes"]) for turf in made.turfs) == 3000


def test_a_worker_killed_while_it_thinks_leaves_nothing_and_another_does_it(
    ground: Ground, settings, set_clock
) -> None:
    ground.homes(10)
    ground.propose(parts=2)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, settings.database_url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ},
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == "thinking\n"
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert only(ground).state is CutState.ASKED
    row = ground.session.scalars(sa.select(Cutting)).one()
    ground.session.commit()
    assert row.attempts == 1
    assert row.leased_until is not None
    set_clock(row.leased_until - timedelta(seconds=1))
    assert jobs.cut_due(ground.db, ZONE) == 0
    set_clock(row.leased_until + timedelta(seconds=1))
    assert jobs.cut_due(ground.db, ZONE) == 1
    assert only(ground).state is CutState.PROPOSED


def test_what_breaks_again_and_again_is_given_up(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, set_clock
) -> None:
    ground.homes(10)
    ground.propose(parts=2)
    monkeypatch.setattr(thinking, "thought", lambda *_a, **_k: 1 / 0)
    for n in range(working.ATTEMPTS + 1):
        set_clock(NOW + (n + 1) * 2 * working.LEASE)
        jobs.cut_due(ground.db, ZONE)
    assert only(ground).failure == Trouble.BROKE


def test_the_next_wish_takes_the_place_of_the_one_before(ground: Ground) -> None:
    ground.homes(10)
    first, second = ground.propose(parts=2), ground.propose(Kind.FRESH, parts=3)
    assert jobs.cut_due(ground.db, ZONE) == 1
    ground.session.expire_all()
    assert (first.state, second.state) == (CutState.DISCARDED, CutState.PROPOSED)


def test_turfs_follow_the_streets_where_there_are_some_and_say_so(
    ground: Ground, sign_in, tmp_path: Path
) -> None:
    ground.homes(4)
    browser = sign_in(ground.leader)
    guessed = ground.propose(Kind.FRESH, parts=1)
    here = f"/turf/{ground.team.id}"
    assert "1,35" in browser.get(f"{here}/cuts/{guessed.id}").text
    path = extracts.comb(tmp_path / "comb.osm.pbf")
    kept = streets_of(ground.session)
    assert kept is not None
    shelf.put(kept, path, cache.opened(path, kept))
    cut = ground.propose(Kind.FRESH, parts=1)
    assert "OpenStreetMap" in browser.get(f"{here}/cuts/{cut.id}").text
    ground.accept(cut)
    assert ground.turfs()[0].walking_minutes > 5  # four alleys down and up, not 120 m of lines
    assert "OpenStreetMap" in browser.get(here).text
    for gone in kept.glob("*.npz"):
        gone.unlink()
    again = ground.propose(Kind.FRESH, parts=1)
    assert again.figures["walking"]["source"] == "default"
