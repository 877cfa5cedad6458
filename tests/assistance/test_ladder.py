"""The highest rung somebody stands on, and the pillars of whole areas."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from outreach.accounts.models import Role
from outreach.assistance import ladder, passes, queries
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Pillar, Rung, Status
from outreach.assistance.models import Evidence
from outreach.assistance.rules import Standing
from tests.factories import Make


def at(programme: str, state: str, evidence=Evidence.OBSERVED, variant=None) -> Standing:
    return Standing(programme, state, evidence, variant)


def test_the_highest_rung_counts_with_its_surest_evidence() -> None:
    found = ladder.climb([
        at("device_2g4g", "closed", Evidence.CONFIRMED),
        at("bank_account", "biometrics_done", Evidence.DECLARED),
        at("vneid_l2", "activated", Evidence.CONFIRMED),
    ])  # fmt: skip
    assert found == ladder.Climb(Rung.ACCOUNT, Evidence.CONFIRMED)
    assert found.reached(Rung.MEANS)
    assert not found.reached(Rung.ALONE)


def test_what_was_seen_is_never_confirmed_by_a_lower_rung() -> None:
    found = ladder.climb([
        at("vneid_l2", "in_use", Evidence.DECLARED),
        at("bank_account", "closed", Evidence.CONFIRMED),
    ])  # fmt: skip
    assert found == ladder.Climb(Rung.ALONE, Evidence.DECLARED)


def test_a_feature_phone_is_no_means_and_a_begun_case_no_rung() -> None:
    assert ladder.climb([at("device_2g4g", "closed", variant="feature_4g")]) is None
    assert ladder.climb([at("device_2g4g", "closed", variant="smartphone")]) is not None
    assert ladder.climb([at("vneid_l2", "captured"), at("gone", "away")]) is None


def test_every_goal_of_a_programme_has_a_rung() -> None:
    for programme in programmes().values():
        for code in programme.goals:
            assert programme.states[code].rung is not None, (programme.code, code)


def test_an_areas_card_is_the_sum_of_its_peoples_cards(make: Make, session, app, now) -> None:
    ward = make.area()
    quarters = [make.neighbourhood(ward) for _ in range(2)]
    homes = [make.home_of(area, 1950, 1980, 2020) for area in (*quarters, quarters[0])]
    make.step(homes[0].residents[0], now, state="activated", evidence=Evidence.CONFIRMED)
    make.step(homes[1].residents[1], now, state="captured")
    make.step(homes[2].residents[0], now, programme="bank_account", state="closed")
    homes[2].residents[1].left_at = now
    session.commit()
    passes.recompute(app.db, write=True)
    card = queries.area_card(session, ward)
    today = now.date()
    helps = queries.helps_of_homes(session, homes, on=today)
    for pillar in Pillar:
        tally = card.pillars[pillar]
        people = [p.card.pillars.get(pillar) for h in helps.values() for p in h.people]
        counted = Counter(state.status for state in people if state)
        assert {s: tally.people[s] for s in Status} == {s: counted[s] for s in Status}
        whole = Counter(h.card.pillars[pillar].status for h in helps.values())
        assert {s: tally.homes[s] for s in Status} == {s: whole[s] for s in Status}
    assert card.pillars[Pillar.IDENTITY].known[Evidence.CONFIRMED] == 1
    assert (card.homes, card.people) == (3, 8)
    assert [(part.area.id, part.homes) for part in card.parts] == [
        (quarter.id, homes_there)
        for quarter, homes_there in zip(quarters, (2, 1), strict=True)
    ]  # fmt: skip


def test_areas_are_counted_when_their_figures_are_old(
    make: Make, session, app, set_clock, now
) -> None:
    make.home_of(make.neighbourhood(), 1950)
    session.commit()
    assert passes.count_pillars(app.db) == 1
    assert passes.count_pillars(app.db) == 0
    set_clock(now + passes.STALE + timedelta(seconds=1))
    assert passes.count_pillars(app.db) == 1


def test_the_page_of_pillars_shows_the_actors_area_only(
    make: Make, session, app, sign_in, queries, now
) -> None:
    officer = make.user(Role.OFFICER)
    elsewhere = make.area()
    make.home_of(make.neighbourhood(officer.area), 1950)
    session.commit()
    browser = sign_in(officer)
    assert "Chưa có số liệu" in browser.get("/help/pillars").text
    passes.count_pillars(app.db)
    queries.clear()
    assert "1 người trong 1 hộ" in browser.get("/help/pillars").text
    few = len(queries)
    for _ in range(3):
        make.home_of(make.neighbourhood(officer.area), 1950)
    passes.count_pillars(app.db)
    queries.clear()
    browser.get("/help/pillars")
    assert len(queries) == few
    assert browser.get(f"/help/pillars?area={elsewhere.id}").status_code == 404
    assert sign_in(make.user(Role.ADMINISTRATOR)).get("/help/pillars").status_code == 303


def test_home_and_case_show_the_ladder_and_the_deadlines(make: Make, sign_in, now) -> None:
    officer = make.user(Role.OFFICER)
    home = make.home_of(make.neighbourhood(officer.area), 1950)
    step = make.step(home.residents[0], now - timedelta(days=6), state="activated")
    browser = sign_in(officer)
    assert "Bậc thang" in browser.get(f"/help/homes/{home.id}").text
    page = browser.get(f"/help/cases/{step.case_id}").text
    assert "Hỏi lại sau 7 ngày" in page
    assert "còn 1 ngày" in page
