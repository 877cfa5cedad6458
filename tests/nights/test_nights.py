"""A night's work for a team: what it makes, and the sentence where it makes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from outreach.nights import jobs, queries, rules, sentences, services
from outreach.nights.models import Outcome, Run
from outreach.rounds import rules as rounds_rules
from outreach.rounds import services as rounds
from outreach.rounds.models import Round, State, Stop
from outreach.rounds.services import Wish
from outreach.teams.models import Member
from outreach.turf.models import TurfHome
from tests.conftest import NOW
from tests.rounds.worlds import DAY, ZONE, at
from tests.turf.grounds import Ground

TOMORROW = DAY


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(rounds_rules, "solve_seconds", lambda _homes: 0)


def want(ground: Ground, **change) -> None:
    wish = {"plans": True, "publishes": False, "starts": 480, "ends": 690, **change}
    services.want(ground.session, ground.team, services.Wish(**wish), actor=ground.leader, now=NOW)
    ground.session.commit()


def night(ground: Ground) -> Run:
    assert jobs.begin(ground.db, TOMORROW) == 1
    assert jobs.work_due(ground.db, ZONE) == 1
    ground.session.expire_all()
    run = ground.session.scalars(sa.select(Run)).one()
    ground.session.commit()
    return run


def test_a_night_begins_in_the_evening_and_plans_the_next_day() -> None:
    assert rules.day_to_plan(at(19.9), ZONE) is None
    assert rules.day_to_plan(at(20), ZONE) == date(2026, 11, 23)
    assert rules.day_to_plan(at(4.9), ZONE) == DAY
    assert rules.day_to_plan(at(5), ZONE) is None


def test_a_plan_waits_as_a_proposal_and_nobody_sees_it(ground: Ground) -> None:
    ground.homes(10)
    want(ground)
    run = night(ground)
    assert run.outcome == Outcome.PLANNED
    made = ground.session.get_one(Round, run.round_id)
    assert (made.state, made.published_at, made.day) == (State.PROPOSED, None, TOMORROW)
    stops = ground.session.scalar(sa.select(sa.func.count(Stop.id)))
    assert stops == run.facts["visits"] == 10
    assert "10" in sentences.said(run)


def test_a_team_that_says_so_finds_it_published(ground: Ground) -> None:
    ground.homes(6)
    want(ground, publishes=True)
    run = night(ground)
    assert run.outcome == Outcome.PUBLISHED
    assert ground.session.get_one(Round, run.round_id).state is State.PUBLISHED


def test_turf_is_refreshed_also_for_a_team_that_wants_no_plan(ground: Ground) -> None:
    ground.homes(6)
    ground.cut(parts=2)
    late = ground.make.home(ground.areas[0], east=10)
    assert night(ground).outcome == Outcome.REFRESHED
    assert ground.session.get(TurfHome, (ground.team.id, late.id)) is not None


def test_the_night_is_begun_once_and_done_once(ground: Ground) -> None:
    ground.homes(4)
    want(ground)
    night(ground)
    assert jobs.begin(ground.db, TOMORROW) == 0
    assert jobs.work_due(ground.db, ZONE) == 0


def _by_hand(ground: Ground) -> None:
    ground.homes(4)
    wish = Wish(
        ground.team.id, TOMORROW, 480, 690, (ground.areas[0].id,), (ground.members[0].user_id,)
    )
    rounds.create(ground.session, wish, actor=ground.leader, now=NOW, zone=ZONE)
    ground.session.commit()


def _nobody(ground: Ground) -> None:
    ground.homes(4)
    for member in ground.session.scalars(sa.select(Member)):
        member.week_told_at = NOW
    ground.session.commit()


def _gone(ground: Ground) -> None:
    ground.homes(4)
    member = ground.session.scalars(
        sa.select(Member).where(Member.user_id == ground.leader.id)
    ).one()
    member.left_on = date(2026, 11, 1)
    ground.session.commit()


@pytest.mark.parametrize(
    ("arrange", "outcome"),
    [
        (_by_hand, Outcome.MADE_BY_HAND),
        (_nobody, Outcome.NOBODY),
        (_gone, Outcome.ASKER_GONE),
        (lambda ground: ground.homes(3, area=0) and None, Outcome.PLANNED),
        (lambda ground: ground.make.home(ground.areas[0], east=None) and None, Outcome.NO_POINT),
        (
            lambda ground: ground.make.content_home(ground.areas[0]) and None,
            Outcome.NOTHING_TO_VISIT,
        ),
    ],
)
def test_each_outcome_has_its_sentence(ground: Ground, arrange, outcome: Outcome) -> None:
    want(ground)
    arrange(ground)
    run = night(ground)
    assert run.outcome == outcome
    assert "%(" not in sentences.said(run)
    assert (run.round_id is not None) == (outcome is Outcome.PLANNED)


def test_what_fails_again_and_again_is_given_up_with_a_sentence(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, set_clock
) -> None:
    ground.homes(4)
    want(ground)
    jobs.begin(ground.db, TOMORROW)
    monkeypatch.setattr("outreach.turf.services.look", lambda *_a, **_k: 1 / 0)
    for n in range(rules.ATTEMPTS + 1):
        set_clock(NOW + (n + 1) * 2 * rules.LEASE)
        assert jobs.work_due(ground.db, ZONE) == 0
    ground.session.expire_all()
    assert ground.session.scalars(sa.select(Run)).one().outcome == Outcome.BROKE


def test_whoever_lost_the_lease_stores_nothing(ground: Ground, set_clock) -> None:
    ground.homes(4)
    want(ground)
    jobs.begin(ground.db, TOMORROW)
    with ground.db.transaction() as session:
        run_id = services.claim(session, worker="slow", now=NOW)
    assert run_id is not None
    set_clock(NOW + 2 * rules.LEASE)
    assert jobs.work_due(ground.db, ZONE) == 1
    with ground.db.transaction() as session:
        assert not services.beat(session, run_id, worker="slow", now=NOW)
        assert not services.end(session, run_id, Outcome.NOBODY, worker="slow", now=NOW)
    assert ground.session.scalar(sa.select(sa.func.count(Round.id))) == 1


def test_a_leader_switches_it_on_and_reads_what_the_night_did(ground: Ground, sign_in) -> None:
    ground.homes(4)
    browser = sign_in(ground.leader)
    here = browser.get("/rounds/nights").headers["Location"]
    said = {"plans": "y", "starts": "07:30", "ends": "07:00"}
    assert browser.post(here, data=said).status_code == 422
    assert browser.post(here, data={**said, "ends": "11:30"}).status_code == 303
    run = night(ground)
    page = browser.get(here).text
    assert sentences.said(run) in page
    assert f"/rounds/{run.round_id}" in page


def test_an_officer_sees_every_team_and_a_stranger_none(ground: Ground, make, sign_in) -> None:
    from outreach.accounts.models import Role

    want(ground)
    make.team(ground.commune)
    officer = sign_in(make.user(Role.OFFICER, area=ground.commune))
    assert officer.get("/rounds/nights").text.count("/rounds/nights/") == 2
    stranger = sign_in(make.user(Role.OFFICER))
    assert str(ground.team.id) not in stranger.get("/rounds/nights").text
    assert stranger.get(f"/rounds/nights/{ground.team.id}").status_code == 404


def test_rows_are_claimed_in_turn_and_not_twice(ground: Ground) -> None:
    want(ground)
    jobs.begin(ground.db, TOMORROW)
    with ground.db.transaction() as session:
        assert services.claim(session, worker="a", now=datetime.now(UTC)) is not None
        assert services.claim(session, worker="b", now=datetime.now(UTC)) is None
        assert queries.is_left(session)
