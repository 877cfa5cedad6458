from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from outreach.assistance import queries
from outreach.assistance.definitions import Pillar, Status
from outreach.assistance.models import Evidence
from outreach.core.db import Session
from outreach.households.models import Circumstance
from tests.factories import Make

TODAY = date(2026, 11, 21)


def test_a_home_nobody_knows_is_worth_asking_and_a_finished_one_is_left_in_peace(
    make: Make, session: Session, now: datetime
) -> None:
    area = make.neighbourhood()
    unknown, done = make.home_of(area, 1950), make.home_of(area, 1950)
    person = done.residents[0]
    make.step(person, now, programme="vneid_l2", state="in_use")
    make.step(person, now, programme="bank_account", state="benefit_linked")
    device = make.step(person, now, programme="device_2g4g", state="already_has_smartphone")
    device.case.resident_id = None
    session.commit()
    found = queries.needs(session, [unknown.id, done.id, uuid4()], on=TODAY)
    assert set(found) == {unknown.id, done.id}
    assert found[done.id].prize_minutes == 0
    assert found[done.id].reasons == ()
    assert found[unknown.id].prize_minutes > 0
    assert set(found[unknown.id].reasons) == {"device", "identity", "account"}


def test_poor_homes_and_those_who_cannot_come_weigh_more(make: Make, session: Session) -> None:
    area = make.neighbourhood()
    plain = make.home_of(area, 1950)
    near = make.home_of(area, 1950, circumstance=Circumstance.NEAR_POOR)
    poor = make.home_of(area, 1950, circumstance=Circumstance.POOR)
    both = make.home_of(area, 1950, circumstance=Circumstance.POOR, needs_home_visit=True)
    found = queries.needs(session, [one.id for one in (plain, near, poor, both)], on=TODAY)
    prizes = [found[one.id].prize_minutes for one in (plain, near, poor, both)]
    assert prizes == sorted(set(prizes))
    assert {"poor", "needs_home_visit"} <= set(found[both.id].reasons)


def test_a_notice_that_runs_out_comes_first_and_a_reserved_phone_needs_its_carrier(
    make: Make, session: Session, now
) -> None:
    area = make.neighbourhood()
    waiting, urgent, reserved = (make.home_of(area, 1950) for _ in range(3))
    make.step(waiting.residents[0], now, state="captured")
    make.step(urgent.residents[0], now, state="notice_received")
    case = make.step(reserved.residents[0], now, programme="device_2g4g", state="device_reserved")
    case.case.resident_id = None
    session.commit()
    found = queries.needs(session, [waiting.id, urgent.id, reserved.id], on=TODAY)
    assert found[urgent.id].prize_minutes > found[waiting.id].prize_minutes
    assert found[urgent.id].reasons[0] == "urgent"
    assert found[waiting.id].skill is None
    assert found[reserved.id].skill == "carrier"


def test_who_left_or_stopped_needs_nothing(make: Make, session: Session, now) -> None:
    area = make.neighbourhood()
    home = make.home_of(area, 1950, 1960)
    before = queries.needs(session, [home.id], on=TODAY)[home.id]
    home.residents[1].left_at = now
    step = make.step(home.residents[0], now, state="captured")
    step.case.stop_reason = "refused"
    session.commit()
    after = queries.needs(session, [home.id], on=TODAY)[home.id]
    assert "identity" in before.reasons
    assert "identity" not in after.reasons
    assert after.prize_minutes < before.prize_minutes


def test_needs_take_four_queries_for_one_home_and_for_many(
    make: Make, session: Session, queries: list[str]
) -> None:
    from outreach.assistance import queries as assistance

    area = make.neighbourhood()
    homes = [make.home_of(area, 1950, 1980).id for _ in range(30)]
    session.commit()
    for ids in (homes[:1], homes):
        queries.clear()
        assert len(assistance.needs(session, ids, on=TODAY)) == len(ids)
        assert len(queries) == 4
    queries.clear()
    assistance.cards(session, homes, on=TODAY)
    assert len(queries) == 2


def test_the_card_of_a_home_says_how_well_each_pillar_is_known(
    make: Make, session: Session, now: datetime
) -> None:
    home = make.home_of(make.neighbourhood(), 1950)
    person = home.residents[0]
    make.step(person, now, state="captured", evidence=Evidence.OBSERVED)
    make.step(
        person,
        now - timedelta(days=1),
        programme="bank_account",
        state="biometrics_done",
        evidence=Evidence.CONFIRMED,
    )
    card = queries.cards(session, [home.id], on=TODAY)[home.id].pillars
    assert (card[Pillar.IDENTITY].status, card[Pillar.IDENTITY].evidence) == (
        Status.IN_PROGRESS,
        Evidence.OBSERVED,
    )
    assert card[Pillar.ACCOUNT].evidence is Evidence.CONFIRMED
    assert (card[Pillar.DEVICE].status, card[Pillar.DEVICE].evidence) == (Status.MISSING, None)
