"""State machines: over every definition of ours, and over definitions that are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.assistance import catalogue
from outreach.assistance.defining import changing, writing
from outreach.assistance.definitions import BadDefinition, Owner, Programme, Rung
from outreach.assistance.lines import line_of
from outreach.assistance.soundness import problems, reachable

OURS = st.sampled_from(sorted(catalogue.programmes()))
STOPS = catalogue.stop_reasons()


def test_the_twelve_kinds_have_the_states_of_the_real_processes() -> None:
    chains = {
        "social_security_link": "not_linked submitted linked",
        "portal_account": "first_login profile_ok first_dossier",
        "digital_signature": "requested submitted issued activated first_used",
        "health_book": "explained enabled used_at_clinic",
        "subscriber_check": "not_own_name re_registered re_verified",
        "bdhvs_confirm": "enrolled learning confirmed_on_vneid",
        "tthc_assist": "requested home_visit_set papers_ready submitted supplement_requested"
        " resubmitted processing result_ready delivered closed",
        "device_2g4g": "sim_in_new_device outgoing_blocked two_way_blocked line_lost",
    }
    for code, chain in chains.items():
        states = catalogue.programmes()[code].states
        for here, following in zip(chain.split(), chain.split()[1:], strict=False):
            assert following in states[here].next, (code, here, following)


@pytest.mark.parametrize("code", sorted(catalogue.programmes()))
def test_every_programme_says_all_that_a_case_needs(code: str) -> None:
    programme = catalogue.programmes()[code]
    assert list(problems(programme)) == []
    assert programme.never_ask
    assert programme.goals
    assert {one.owner for one in programme.clocks.values()} <= set(Owner)
    assert programme.clocks
    assert {s.rung for s in programme.states.values()} & set(Rung)
    for clock in programme.clocks.values():
        assert clock.then is None or clock.then in programme.states
        assert clock.days is None or clock.warn <= clock.days


def test_the_legal_clocks_have_the_days_of_the_law() -> None:
    def clock(programme: str, code: str) -> tuple[int | None, str, int]:
        found = catalogue.programmes()[programme].clocks[code]
        return found.days, found.unit.value, found.warn

    assert clock("vneid_l2", "activate") == (7, "calendar", 3)
    assert clock("vneid_l2", "notice") == (3, "working", 1)
    assert clock("vneid_l2", "notice_without_card")[:2] == (7, "working")
    assert clock("device_2g4g", "face_check") == (30, "calendar", 5)  # red from day 25
    assert clock("device_2g4g", "line_lost")[:2] == (35, "calendar")
    assert catalogue.programmes()["tthc_assist"].clocks["due"].field == "due_at"


# --- made up ----------------------------------------------------------------------------
EVIDENCE = [["declared"], ["observed", "confirmed"], []]
CODES = [f"s{n}" for n in range(6)]
CODE = st.sampled_from(CODES)
LABEL = st.one_of(
    st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(str.strip),
    st.fixed_dictionaries({"vi": st.just("Có"), "en": st.just("Yes")}),
).filter(lambda label: len(str(label)) < 100)


@st.composite
def made_up(draw: st.DrawFn) -> dict[str, Any]:
    """Values of a definition, sound or not: moves, ends and clocks as they fall."""
    states = draw(st.lists(CODE, min_size=1, max_size=6, unique=True))
    some = st.lists(st.sampled_from(states), max_size=3, unique=True)
    tidy = draw(st.booleans())  # sound more often, so that both sides are seen
    anywhere = st.lists(CODE, max_size=3, unique=True)
    found: dict[str, Any] = {
        "code": "course", "version": 1, "position": 1, "label": draw(LABEL), "scope": "person",
        "weight": draw(st.integers(0, 30)), "service_minutes": 5, "sought": draw(st.booleans()),
        "opens": states if tidy else draw(some),
        "stop_reasons": ["refused"] if tidy else draw(st.sampled_from([["refused"], []])),
        "never_ask": draw(st.lists(LABEL, max_size=2, unique_by=str)),
    }  # fmt: skip
    found["states"] = {
        code: {
            "label": draw(LABEL),
            "end": draw(st.sampled_from([tidy, False])),
            "evidence": draw(st.sampled_from(EVIDENCE[: 2 if tidy else 3])),
            "next": draw(some if tidy else anywhere),
            "checklist": draw(st.lists(LABEL, max_size=2, unique_by=str)),
        }
        for code in states
    }
    if draw(st.booleans()):
        found["clocks"] = {
            "soon": {
                "label": draw(LABEL), "states": draw(some), "days": draw(st.integers(0, 9)),
                "unit": draw(st.sampled_from(["calendar", "working", "lunar"])),
                "owner": draw(st.sampled_from(["volunteer", "leader", "nobody"])),
                **draw(st.sampled_from([{}, {"then": states[0]}, {"field": "day"}])),
            }
        }  # fmt: skip
    return found


def outcome(code: str, values: Mapping[str, Any]) -> tuple[Programme | None, BadDefinition | None]:
    try:
        return catalogue.read(code, code, writing.written(values), STOPS), None
    except BadDefinition as error:
        return None, error


def ends_from(programme: Programme, code: str) -> bool:
    seen: set[str] = set()
    todo = [code]
    while todo:
        here = todo.pop()
        if programme.states[here].end:
            return True
        if here not in seen:
            seen.add(here)
            todo += programme.states[here].next
    return False


@given(made_up())
def test_what_is_accepted_leaves_nobody_stuck_and_what_is_refused_names_its_line(
    values: dict[str, Any],
) -> None:
    programme, refused = outcome("course", values)
    if programme is None:
        assert refused is not None
        key = refused.place.removeprefix("course").removeprefix(".")
        text = writing.written(values)
        assert key
        assert 1 <= line_of(text, key) <= len(text.splitlines())
        assert refused.said()
        return
    assert programme.opens
    assert programme.stop_reasons
    assert reachable(programme) == set(programme.states)
    for state in programme.states.values():
        assert state.next or state.end
        assert state.evidence
        assert set(state.next) <= set(programme.states)
        assert ends_from(programme, state.code)
    for clock in programme.clocks.values():
        assert clock.owner in Owner
        assert clock.states
        assert (clock.days is None) is not (clock.field is None)


@given(made_up())
def test_what_is_written_reads_as_the_same_values(values: dict[str, Any]) -> None:
    text = writing.written(values)
    again = writing.values_of(text)
    assert writing.written(again) == writing.written(writing.values_of(writing.written(again)))
    assert set(again["states"]) == set(values["states"])
    for code, state in values["states"].items():
        assert again["states"][code]["next"] == state["next"]


@pytest.mark.parametrize("code", sorted(catalogue.programmes()))
def test_our_files_say_the_same_when_they_are_written_anew(code: str) -> None:
    text = catalogue.built_in().texts[code]
    ours = catalogue.programmes()[code]
    again = catalogue.read(code, code, writing.written(writing.values_of(text)), STOPS)
    assert again == ours
    shown = writing.spelled(text)
    assert catalogue.read(code, code, shown, STOPS) == ours
    assert writing.tidy(shown) == writing.tidy(text)
    assert shown.count("#") == text.count("#")


@given(OURS, st.data())
def test_small_changes_keep_a_programme_sound_or_are_refused(
    code: str, data: st.DataObject
) -> None:
    values = writing.values_of(catalogue.built_in().texts[code])
    pick = st.sampled_from(list(values["states"]))
    for _step in range(data.draw(st.integers(1, 5))):
        with suppress(changing.Impossible, KeyError):  # a state that took another's place
            data.draw(st.sampled_from(KINDS))(values, data, pick)
    programme, refused = outcome(code, values)
    assert programme is None or list(problems(programme)) == []
    assert refused is None or refused.place.startswith(f"{code}.")


Pick = st.SearchStrategy[str]
SAID = changing.Said("Mới", "New")
KINDS: list[Callable[[writing.Values, st.DataObject, Pick], str]] = [
    lambda values, data, pick: changing.add_move(values, data.draw(pick), data.draw(pick)),
    lambda values, data, pick: changing.remove_move(values, data.draw(pick), data.draw(pick)),
    lambda values, data, pick: changing.add_line(values, data.draw(pick), SAID),
    lambda values, data, pick: changing.add_clock(values, a_clock(data, pick)),
    lambda values, data, pick: changing.add_state(values, a_state(data, pick)),
    lambda values, _data, _pick: changing.add_never(values, SAID),
]


def a_clock(data: st.DataObject, pick: st.SearchStrategy[str]) -> changing.NewClock:
    return changing.NewClock(
        code=data.draw(CODE), label=changing.Said("Hạn", ""), states=[data.draw(pick)], days=3,
        unit="working", warn=1, owner="leader", then=data.draw(st.one_of(st.just(""), pick)),
    )  # fmt: skip


def a_state(data: st.DataObject, pick: st.SearchStrategy[str]) -> changing.NewState:
    return changing.NewState(
        code=data.draw(CODE), label=SAID, after=data.draw(st.lists(pick, max_size=2)),
        next=data.draw(st.lists(pick, max_size=2, unique=True)), status="in_progress",
        evidence=["declared"], end=data.draw(st.booleans()),
        instead_of=data.draw(st.one_of(st.just(""), pick)),
    )  # fmt: skip


def test_a_line_is_found_by_its_key() -> None:
    text = 'code = "x"\n\n[states.a]\nlabel = "A"\nnext = []\n\n[states.b]\ncounts = { }\n'
    assert line_of(text, "code") == 1
    assert line_of(text, "states.a.next") == 5
    assert line_of(text, "states.b.counts.skill") == 8
    assert line_of(text, "states.b.label") == 7  # missing: the table that should have it
    assert line_of(text, "weight") == 1
