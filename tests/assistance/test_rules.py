from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.models import Role
from outreach.assistance import rules
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Pillar, Programme, Scope, Status
from outreach.assistance.models import Evidence
from outreach.assistance.rules import Standing

TODAY = date(2026, 11, 21)
FEATURE = Standing("device_2g4g", "closed", Evidence.OBSERVED, "feature_4g")
SMART = Standing("device_2g4g", "closed", Evidence.OBSERVED, "smartphone")
ANY = st.sampled_from(list(programmes().values()))


@st.composite
def places(draw: st.DrawFn) -> tuple[Programme, str]:
    programme = draw(ANY)
    return programme, draw(st.sampled_from(list(programme.states)))


@given(ANY, st.data())
def test_every_walk_through_a_programme_can_still_reach_an_end(
    programme: Programme, data: st.DataObject
) -> None:
    standing: Standing | None = None
    for _step in range(data.draw(st.integers(0, 12))):
        moves = rules.moves(programme, standing, birth_year=1950, on=TODAY)
        if not moves:
            break
        move = data.draw(st.sampled_from(moves))
        assert rules.may_move(
            programme, standing, move.state.code, move.variant, birth_year=1950, on=TODAY
        )
        standing = Standing(programme.code, move.state.code, Evidence.OBSERVED, move.variant)
    if standing and standing.state:
        assert ends_from(programme, standing.state)


def ends_from(programme: Programme, code: str) -> bool:
    seen, todo = set(), [code]
    while todo:
        here = todo.pop()
        if programme.states[here].end:
            return True
        if here not in seen:
            seen.add(here)
            todo += programme.states[here].next
    return False


@given(places())
def test_a_case_may_stop_anywhere_with_a_reason(place: tuple[Programme, str]) -> None:
    programme, _state = place
    assert {"refused", "moved", "deceased", "other"} <= set(programme.stop_reasons)


@given(places(), st.data())
def test_what_is_not_offered_may_not_be_recorded(
    place: tuple[Programme, str], data: st.DataObject
) -> None:
    programme, code = place
    wanted = data.draw(st.sampled_from(list(programme.states)))
    variant = data.draw(st.sampled_from([None, *programme.variants]))
    standing = Standing(programme.code, code, Evidence.DECLARED)
    offered = {
        (move.state.code, move.variant)
        for move in rules.moves(programme, standing, birth_year=1950, on=TODAY)
    }
    allowed = rules.may_move(programme, standing, wanted, variant, birth_year=1950, on=TODAY)
    assert allowed == ((wanted, variant) in offered or wanted == code)


@given(places())
def test_a_volunteers_word_is_never_a_confirmation(place: tuple[Programme, str]) -> None:
    programme, code = place
    for seen in (True, False):
        assert rules.evidence_for(programme.states[code], seen=seen) is not Evidence.CONFIRMED


@pytest.mark.parametrize("role", list(Role))
def test_only_offices_and_partners_themselves_confirm(role: Role) -> None:
    assert rules.may_give(role, Evidence.OBSERVED)
    confirming = {Role.OFFICER, Role.ADMINISTRATOR, Role.PARTNER}
    assert rules.may_give(role, Evidence.CONFIRMED) is (role in confirming)


def test_every_way_of_the_real_processes_is_there() -> None:
    chains = {
        "vneid_l2": "not_started needs_card appointment_set captured notice_received activated"
        " in_use",
        "device_2g4g": "screened eligible listed device_reserved handed_over sim_in_new_device"
        " subscriber_verified basics_taught followed_up_7d closed",
        "bank_account": "interested channel_chosen submitted opened biometrics_done"
        " first_payment_done closed",
    }
    for code, chain in chains.items():
        states = programmes()[code].states
        for here, following in zip(chain.split(), chain.split()[1:], strict=False):
            assert following in states[here].next, (code, here, following)


def test_a_4g_feature_phone_never_completes_vneid() -> None:
    vneid = programmes()["vneid_l2"]
    notice = Standing("vneid_l2", "notice_received", Evidence.DECLARED)
    assert not rules.may_move(vneid, notice, "activated", home=[FEATURE], on=TODAY)
    assert rules.may_move(vneid, notice, "activated", home=[SMART], on=TODAY)
    assert rules.may_move(vneid, notice, "activated", home=[], on=TODAY)
    card = rules.person_card([FEATURE], 1950, TODAY)
    assert card.pillars[Pillar.DEVICE].status is Status.IN_PROGRESS
    assert card.pillars[Pillar.IDENTITY].status is Status.MISSING


def test_age_decides_who_may_be_helped_with_what() -> None:
    vneid, bank = programmes()["vneid_l2"], programmes()["bank_account"]
    assert rules.eligible(vneid, 2012, TODAY)
    assert not rules.eligible(vneid, 2013, TODAY)
    assert not rules.eligible(bank, 2012, TODAY)
    assert rules.eligible(bank, None, TODAY)
    ways = {m.variant for m in rules.moves(bank, None, birth_year=2010, on=TODAY) if m.variant}
    assert ways == {"branch", "partner_booth"}  # no eKYC below 18


def test_a_child_owes_nothing_and_does_not_hold_the_home_back() -> None:
    child = rules.person_card([], 2020, TODAY)
    assert child.pillars == {}
    in_use = Standing("vneid_l2", "in_use", Evidence.OBSERVED)
    parent = rules.person_card([SMART, in_use], 1980, TODAY)
    home = rules.home_card([child, parent])
    assert home.pillars[Pillar.IDENTITY].status is Status.HAVE
    assert home.pillars[Pillar.SKILL].status is Status.HAVE
    assert home.missing() == (Pillar.ACCOUNT,)


def test_a_home_shares_its_device_and_skill_but_not_its_identity() -> None:
    in_use = Standing("vneid_l2", "in_use", Evidence.OBSERVED)
    one = rules.person_card([SMART, in_use], 1950, TODAY)
    other = rules.person_card([SMART], 1955, TODAY)
    home = rules.home_card([one, other]).pillars
    assert home[Pillar.DEVICE].status is Status.HAVE
    assert home[Pillar.SKILL].status is Status.HAVE
    assert home[Pillar.IDENTITY].status is Status.IN_PROGRESS
    assert home[Pillar.ACCOUNT].status is Status.MISSING


@given(st.lists(st.sampled_from([None, *range(1930, 2026)]), max_size=6), st.data())
def test_pillars_only_ever_hold_the_four_and_the_three(
    born: list[int | None], data: st.DataObject
) -> None:
    cards = []
    for year in born:
        standings = []
        for programme in programmes().values():
            code = data.draw(st.sampled_from([None, *programme.states]))
            variant = data.draw(st.sampled_from([None, *programme.variants]))
            if code:
                standings.append(Standing(programme.code, code, Evidence.DECLARED, variant))
        cards.append(rules.person_card(standings, year, TODAY))
    home = rules.home_card(cards)
    for card in (*cards, home):
        assert all(isinstance(s.status, Status) for s in card.pillars.values())
    assert bool(home.pillars) == any(card.pillars for card in cards)


def test_every_household_programme_names_no_age() -> None:
    for programme in programmes().values():
        assert programme.scope is Scope.PERSON or programme.min_age == 0
