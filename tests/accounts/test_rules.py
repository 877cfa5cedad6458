from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts import rules
from outreach.accounts.models import Role
from outreach.accounts.rules import FROM_ANYWHERE, FROM_ONE_ADDRESS, Patience, Weakness
from tests.conftest import NOW
from tests.factories import Make

patiences = st.sampled_from([FROM_ONE_ADDRESS, FROM_ANYWHERE])
agos = st.lists(st.integers(0, 3 * 24 * 3600), max_size=60)


def failures(seconds_ago: list[int]) -> list[datetime]:
    return [NOW - timedelta(seconds=s) for s in seconds_ago]


@given(agos, patiences)
def test_a_few_failures_never_wait_and_many_never_wait_longer_than_the_longest(
    seconds: list[int], patience: Patience
) -> None:
    wait = rules.wait(failures(seconds), patience, now=NOW)
    assert 0 <= wait <= patience.longest.total_seconds()
    recent = [s for s in seconds if s < rules.WINDOW.total_seconds()]
    if len(recent) < patience.free:
        assert wait == 0


@given(agos, patiences)
def test_whoever_waits_as_told_may_try_again(seconds: list[int], patience: Patience) -> None:
    tried = failures(seconds)
    wait = rules.wait(tried, patience, now=NOW)
    assert rules.wait(tried, patience, now=NOW + timedelta(seconds=wait)) == 0


@given(agos, patiences)
def test_one_more_failure_never_shortens_the_wait(seconds: list[int], patience: Patience) -> None:
    before = rules.wait(failures(seconds), patience, now=NOW)
    assert rules.wait(failures([*seconds, 0]), patience, now=NOW) >= before


def test_the_wait_doubles_after_the_free_tries() -> None:
    waits = [rules.wait([NOW] * n, FROM_ONE_ADDRESS, now=NOW) for n in range(4, 12)]
    assert waits == [0, 30, 60, 120, 240, 480, 900, 900]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn", Weakness.SHORT),
        ("12345678", Weakness.COMMON),
        ("87654321", Weakness.COMMON),
        ("aaaaaaaaaa", Weakness.COMMON),
        ("abcdabcd", Weakness.COMMON),
        ("Mật Khẩu 123", Weakness.COMMON),
        ("MatKhau123", Weakness.COMMON),
        ("0901234567", Weakness.PHONE),
        ("lan901234567", Weakness.PHONE),
        ("+84901234567", Weakness.PHONE),
        ("ba con vịt trời", None),
        ("chó-mèo-19", None),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, why: Weakness | None) -> None:
    assert rules.weakness(password, phone="+84901234567") is why


@pytest.mark.parametrize("target", ["/", "/rounds/1?x=2#y", "/me", "/?next=//evil.example"])
def test_a_path_of_ours_may_follow_the_sign_in(target: str) -> None:
    assert rules.local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil",
        "/a\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "me",
    ],
)
def test_nothing_else_may(target: str | None) -> None:
    assert rules.local_path(target) is None


ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A127F) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (f"{ANDROID} Chrome/118.0 Mobile Safari/537.36", "Android · Chrome"),
        (f"{ANDROID} Chrome/99 Zalo android/2308", "Android · Zalo"),
        (f"{IPHONE} Version/16.6 Mobile/15E148 Safari/604.1", "iPhone · Safari"),
        ("curl/8.5", ""),
    ],
)
def test_a_device_is_called_what_a_person_would_call_it(agent: str, label: str) -> None:
    assert rules.device_label(agent) == label


def test_nobody_gives_more_than_they_have_or_acts_outside_their_area(make: Make) -> None:
    ward, elsewhere = make.area(), make.area()
    quarter = make.neighbourhood(ward)
    officer = make.user(Role.OFFICER, area=ward)
    inside = {role: make.user(role, area=quarter) for role in Role}
    outside = {role: make.user(role, area=elsewhere) for role in Role}
    may = {r for r in Role if rules.may_administer(officer, inside[r])}
    assert may == {Role.LEADER, Role.VOLUNTEER, Role.PARTNER}
    assert not any(rules.may_administer(officer, person) for person in outside.values())
    assert not rules.may_administer(officer, officer)

    boss = make.user(Role.ADMINISTRATOR)
    assert all(rules.may_administer(boss, p) for p in (*inside.values(), *outside.values()))

    leader = make.user(Role.LEADER, area=ward)
    assert not any(rules.may_administer(leader, p) for p in inside.values())
    may = {r for r in Role if rules.may_administer(leader, inside[r], in_own_team=True)}
    assert may == {Role.VOLUNTEER}
    for person in inside.values():
        assert not rules.may_administer(inside[Role.VOLUNTEER], person, in_own_team=True)
