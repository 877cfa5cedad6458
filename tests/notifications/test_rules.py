"""When a reminder goes out and what it says."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.messaging.segments import Encoding, measure
from outreach.notifications import rules
from outreach.notifications.rules import Style, Visit
from outreach.notifications.texts import FOLDER, TEMPLATES, Template

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STYLE = Style("To CNSCD", ZONE)
MORNING = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)


def local(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def visit(
    starts_at: datetime, *, phone: str = "+84912345678", visitor: str = "Đào", code: str = "4821"
) -> Visit:
    return Visit(
        appointment_id=uuid4(),
        household_id=uuid4(),
        area_id=uuid4(),
        phone=phone,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        visitor=visitor,
        code=code,
        hotline="0274 3800 123",
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_with_its_longest_values_is_one_cheap_segment(
    template: Template, language: str
) -> None:
    counted = measure(template.longest(language))
    assert (counted.encoding, counted.segments) == (Encoding.GSM7, 1)


def test_every_wording_is_registered_in_both_languages() -> None:
    files = {(p.parent.name, p.stem) for p in FOLDER.rglob("*.txt")}
    assert files == {(lang, t.name) for lang in ("vi", "en") for t in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_wording_says_who_writes_and_asks_for_nothing_a_fraud_would(
    template: Template, language: str
) -> None:
    wording = (FOLDER / language / f"{template.name}.txt").read_text()
    assert wording.startswith("{sender}: ")
    assert wording.rstrip().endswith("{hotline}")
    assert not re.search(r"https?:|www\.|\.vn\b|\d{3,}|bank|viettel|zalo", wording, re.IGNORECASE)
    assert "OTP" in wording, "it warns of what frauds ask for"


def test_a_reminder_says_who_comes_when_with_which_code() -> None:
    (wish,) = rules.reminders([visit(local(22, 8))], STYLE, {}, now=MORNING)
    assert wish.body == (
        "To CNSCD: To cong nghe so den nha Chu nhat 22/11, 08:00-09:00. Nguoi den: Dao, ma 4821. "
        "Khong thu tien, khong hoi OTP, mat khau. Hoi: 0274 3800 123"
    )
    assert wish.send_after == local(21, 18)
    assert wish.expires_at == local(22, 7, 30)


def test_visits_on_one_phone_are_one_text_with_every_code() -> None:
    both = [
        visit(local(22, 9), visitor="Lan", code="1111"),
        visit(local(22, 8), visitor="Dũng", code="2222"),
    ]
    (wish,) = rules.reminders(both, STYLE, {}, now=MORNING)
    assert "08:00-10:00, ma 2222 (Dung), 1111 (Lan)" in wish.body
    assert measure(wish.body).segments == 1


def test_codes_come_before_names_when_not_everything_fits() -> None:
    many = [visit(local(22, 8), visitor="Phương Thảo", code=f"{n}{n}{n}{n}") for n in range(4)]
    (wish,) = rules.reminders(many, STYLE, {}, now=MORNING)
    assert "ma 0000, 1111, 2222, 3333." in wish.body


@given(st.integers(1, 40), st.text(min_size=1, max_size=30))
def test_any_number_of_visits_and_any_name_is_one_segment(count: int, name: str) -> None:
    many = [visit(local(22, 8), visitor=name, code=f"{n:04}") for n in range(count)]
    for wish in rules.reminders(many, STYLE, {}, now=MORNING):
        counted = measure(wish.body)
        assert (counted.encoding, counted.segments) == (Encoding.GSM7, 1)


def test_phones_and_days_are_apart() -> None:
    visits = [
        visit(local(22, 8)),
        visit(local(23, 8)),
        visit(local(22, 8), phone="+84987654321"),
    ]
    assert len(rules.reminders(visits, STYLE, {}, now=MORNING)) == 3


def test_the_same_plan_gives_the_same_keys_and_a_moved_visit_another() -> None:
    first = visit(local(22, 8))
    same = rules.reminders([first], STYLE, {}, now=MORNING)[0]
    later = rules.reminders([first], STYLE, {}, now=MORNING + timedelta(hours=5))[0]
    moved = rules.reminders([visit(local(22, 14))], STYLE, {}, now=MORNING)[0]
    assert same.key == later.key != moved.key


def test_what_a_phone_has_been_told_is_not_told_again_when_part_of_it_is_over() -> None:
    early, late = visit(local(22, 8)), visit(local(22, 15))
    told = {(early.phone, date(2026, 11, 22)): {early.told, late.told}}
    assert rules.reminders([late], STYLE, told, now=local(22, 10)) == []


def test_news_for_a_phone_that_was_told_something_else_is_told() -> None:
    first, added = visit(local(22, 8)), visit(local(22, 15))
    told = {(first.phone, date(2026, 11, 22)): {first.told}}
    assert len(rules.reminders([first, added], STYLE, told, now=local(21, 20))) == 1


@pytest.mark.parametrize(
    ("now", "starts", "sent"),
    [
        (local(21, 9), local(22, 8), local(21, 18)),
        (local(21, 19), local(22, 8), local(21, 19)),
        (local(21, 20, 59), local(22, 8), local(21, 20, 59)),
        (local(21, 22), local(22, 8), local(22, 7)),
        (local(22, 3), local(22, 9), local(22, 7)),
        (local(22, 11, 45), local(22, 15), local(22, 13)),
        (local(22, 7), local(22, 7, 20), None),
        (local(21, 23), local(22, 7, 15), None),
        (local(22, 9), local(22, 8), None),
    ],
)
def test_reminders_keep_to_decent_hours(
    now: datetime, starts: datetime, sent: datetime | None
) -> None:
    found = rules.when(starts.date(), starts, ZONE, now=now)
    assert (found and found[0]) == sent


def test_nobody_is_written_to_at_tet() -> None:
    silent = [d for d in _days(date(2026, 2, 1), date(2026, 3, 1)) if rules.is_tet(d)]
    assert (silent[0], silent[-1]) == (date(2026, 2, 14), date(2026, 2, 22))
    assert len(silent) == 9


def test_a_reminder_that_would_fall_on_tet_goes_out_on_the_day_itself() -> None:
    starts = local(23, 9, month=2)
    found = rules.when(starts.date(), starts, ZONE, now=local(10, 9, month=2))
    assert found is not None
    assert found[0] == local(23, 7, month=2)


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_a_decent_moment_is_never_before_and_always_decent(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
    found = rules.decent(moment)
    assert found >= moment
    assert rules.OPENS <= found.time() < rules.CLOSES
    assert not time(11, 30) <= found.time() < time(13, 0)
    assert not rules.is_tet(found.date())
    assert rules.decent(found) == found


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
