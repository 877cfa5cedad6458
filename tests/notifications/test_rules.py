"""When texts go out, what is merged in them, and what keeps them back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.working_days import DayKind
from outreach.households.models import Language
from outreach.messaging.segments import Encoding, measure
from outreach.notifications.models import ReplyWay
from outreach.notifications.rules.calendar import Calendar, is_tet
from outreach.notifications.rules.drafts import SOON, VISITS, Sent, Why
from outreach.notifications.rules.manners import Hours
from outreach.notifications.texts import REPLY, VISIT_REMINDER, digest, shipped
from tests.notifications.plans import (
    MANNER,
    MORNING,
    PHONE,
    ZONE,
    local,
    one,
    planned,
    task,
    visit,
)


def test_a_reminder_says_who_comes_when_with_which_code() -> None:
    draft = one(planned([visit(local(22, 8))]))
    assert draft.wish().body == (
        "To CNSCD: To CNS den nha Chu nhat 22/11, 08:00-09:00, Dao, ma 4821. "
        "Khong thu tien, khong hoi OTP. Doi hen: xin goi. Hoi: 0274 3800 123"
    )
    assert draft.send_after == local(21, 18)
    assert draft.expires_at == local(22, 7, 30)


def test_a_resident_is_written_to_in_their_own_language() -> None:
    bodies = {
        language: one(planned([visit(local(22, 8), language=language)])).body()[0]
        for language in Language
    }
    assert "Visitor" not in bodies[Language.VI]
    assert "Tổ CNS" in bodies[Language.VI_ACCENTED]
    assert "digital team Sun 22/11" in bodies[Language.EN]


def test_visits_on_one_phone_are_one_text_with_every_code() -> None:
    both = [
        visit(local(22, 9), visitor="Lan", code="1111"),
        visit(local(22, 8), visitor="Dũng", code="2222"),
    ]
    assert "08:00-10:00, ma 2222 (Dung), 1111 (Lan)" in one(planned(both)).body()[0]


def test_what_is_due_is_told_with_the_visit_and_not_in_a_text_of_its_own() -> None:
    due = task(date(2026, 11, 18))
    draft = one(planned([visit(local(22, 8))], [due]))
    body = draft.body()[0]
    assert "ma 4821" in body
    assert "Kich hoat VNeID, han 25/11" in body
    assert draft.purpose == "visit_reminder"


def test_what_is_due_is_told_alone_where_no_visit_comes_soon() -> None:
    found = planned([visit(local(26, 8))], [task(date(2026, 11, 18))])
    assert sorted(d.purpose for d in found.drafts) == ["case_notice", "visit_reminder"]
    notice = next(d for d in found.drafts if d.purpose == "case_notice")
    assert notice.send_after == local(21, 9)


def test_several_programmes_and_relatives_are_one_text() -> None:
    due = [
        task(date(2026, 11, 18), who="Lan"),
        task(
            date(2026, 11, 19),
            programme="device_2g4g",
            state="handed_over",
            due=date(2026, 12, 19),
            who="Hùng",
        ),
    ]
    body = one(planned([visit(local(22, 8)), visit(local(22, 9), code="1111")], due)).body()[0]
    assert "4821" in body
    assert "1111" in body
    assert "Kich hoat VNeID, han 25/11; xac thuc SIM may moi, han 19/12" in body
    assert measure(body).segments <= 2


def test_a_task_is_told_once_a_turn() -> None:
    due = task(date(2026, 11, 18))
    told = Sent({PHONE: {due.told(date(2026, 11, 21))}}, {})
    assert planned([], [due], sent=told).drafts == []
    assert planned([], [due], sent=told, now=local(24, 9)).drafts


@given(st.integers(1, 60), st.text(min_size=1, max_size=30))
def test_any_number_of_visits_and_any_name_stays_within_the_budget(count: int, name: str) -> None:
    many = [visit(local(22, 8), visitor=name, code=f"{n:04}") for n in range(count)]
    draft = one(planned(many))
    counted = measure(draft.body()[0])
    assert counted.encoding is Encoding.GSM7
    assert counted.segments <= draft.template.budget[Language.VI]
    assert "0000" in draft.body()[0], "a code is never left out"


def test_phones_and_days_are_apart() -> None:
    visits = [visit(local(22, 8)), visit(local(23, 8)), visit(local(22, 8), phone="+84987654321")]
    assert len(planned(visits).drafts) == 3


def test_the_key_changes_with_what_would_be_said_and_with_nothing_else() -> None:
    first = visit(local(22, 8))
    key = one(planned([first])).key
    assert one(planned([first], now=MORNING + timedelta(hours=5))).key == key
    changed = [
        planned([first._replace(starts_at=local(22, 14), ends_at=local(22, 15))]),
        planned([first._replace(visitor="Lan")]),
        planned([first._replace(code="0001")]),
        planned([first._replace(language=Language.EN)]),
        planned([first], manner=replace(MANNER, way=ReplyWay.COUNTER)),
        planned([first], manner=replace(MANNER, hotline="0274 3800 999")),
    ]
    assert len({key, *(one(found).key for found in changed)}) == len(changed) + 1


def test_what_a_phone_has_been_told_is_not_told_again_when_part_of_it_is_over() -> None:
    early, late = visit(local(22, 8)), visit(local(22, 15))
    told = Sent({PHONE: {early.told, late.told}}, {PHONE: [date(2026, 11, 21)]})
    found = planned([late], sent=told, now=local(22, 10))
    assert (found.drafts, [s.why for s in found.silences]) == ([], [Why.TOLD])


def test_news_after_the_text_of_the_day_waits_for_the_next_morning() -> None:
    first, added = visit(local(22, 14)), visit(local(22, 15))
    told = Sent({PHONE: {first.told}}, {PHONE: [date(2026, 11, 21)]})
    assert one(planned([first, added], sent=told, now=local(21, 20))).send_after == local(22, 7)


def test_news_that_would_come_too_late_is_kept_back_with_its_reason() -> None:
    told = Sent({}, {PHONE: [date(2026, 11, 21)]})
    found = planned([visit(local(22, 7, 20))], sent=told, now=local(21, 20))
    assert [s.why for s in found.silences] == [Why.DAY_FULL]


def test_the_fourth_text_of_seven_days_is_kept_back() -> None:
    days = [date(2026, 11, 15), date(2026, 11, 17), date(2026, 11, 19)]
    found = planned([visit(local(22, 8))], sent=Sent({}, {PHONE: days}))
    assert [s.why for s in found.silences] == [Why.WEEK_FULL]
    earlier = Sent({}, {PHONE: [date(2026, 11, 14), *days[1:]]})
    assert planned([visit(local(22, 8))], sent=earlier).drafts


def test_a_commune_may_remind_once_more_an_hour_before() -> None:
    manner = replace(MANNER, hour_before=True)
    evening, soon = planned([visit(local(22, 14))], manner=manner).drafts
    assert (evening.send_after, soon.send_after) == (local(21, 18), local(22, 13))
    assert (soon.purpose, soon.template, soon.body()[0]) == (
        SOON, evening.template, evening.body()[0],
    )  # fmt: skip
    told = Sent({PHONE: set(evening.told)}, {PHONE: [date(2026, 11, 21)]})
    assert one(planned([visit(local(22, 14))], manner=manner, sent=told)).purpose == VISITS
    early = planned([visit(local(22, 8))], manner=manner).drafts
    assert [draft.send_after for draft in early] == [local(21, 18), local(22, 7)]
    # no phone rings at six, and an hour that begins in the siesta is too late after it
    assert len(planned([visit(local(22, 7))], manner=manner).drafts) == 1
    assert len(planned([visit(local(22, 13))], manner=manner).drafts) == 1
    # the reminder of the next day's visit goes before
    both = planned([visit(local(22, 14)), visit(local(23, 8))], manner=manner).drafts
    assert [(d.purpose, d.day.day) for d in both] == [(VISITS, 22), (VISITS, 23), (SOON, 23)]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(7, 18), st.integers(0, 2)), max_size=25),
    st.lists(st.integers(0, 8), max_size=4, unique=True),
    st.integers(0, 23),
    st.booleans(),
    st.booleans(),
)
def test_no_phone_ever_gets_more_than_one_a_day_and_three_a_week(
    wanted: list[tuple[int, int, int]],
    before: list[int],
    hour: int,
    weekends: bool,
    hour_before: bool,
) -> None:
    now = local(21, hour)
    visits = [
        visit(local(21 + day, at), phone=f"+8491234567{phone}", code=f"{n:04}")
        for n, (day, at, phone) in enumerate(wanted)
    ]
    had = {
        f"+8491234567{n}": [date(2026, 11, 21) - timedelta(days=d) for d in before] for n in (0, 1)
    }
    manner = replace(MANNER, hours=Hours(weekends=weekends), hour_before=hour_before)
    found = planned(visits, sent=Sent({}, had), now=now, manner=manner)
    once = planned(
        visits, sent=Sent({}, had), now=now, manner=replace(manner, hour_before=False)
    ).drafts
    assert [d.key for d in found.drafts if d.purpose != SOON] == [d.key for d in once]
    for phone in {v.phone for v in visits}:
        days = [d.send_after.astimezone(ZONE).date() for d in found.drafts if d.phone == phone]
        all_days = Counter(days) + Counter(had.get(phone, []))
        assert max(all_days.values(), default=0) <= 1
        for first in all_days:
            week = [d for d in all_days if timedelta() <= d - first < timedelta(days=7)]
            assert len(week) <= max(3, len([d for d in week if d in had.get(phone, [])]))
    spoken = [v.appointment_id for d in once for v in d.visits]
    spoken += [v.appointment_id for s in found.silences for v in s.visits]
    assert sorted(map(str, spoken)) == sorted(str(v.appointment_id) for v in visits)
    for draft in found.drafts:
        assert now <= draft.send_after < draft.expires_at
        calendar = Calendar({})
        assert calendar.decent(draft.send_after, manner.hours) == draft.send_after


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
    drafts = planned([visit(starts)], now=now).drafts
    assert [d.send_after for d in drafts] == ([sent] if sent else [])


def test_where_weekends_are_silent_mondays_reminder_goes_out_on_friday() -> None:
    manner = replace(MANNER, hours=Hours(weekends=False))
    assert one(planned([visit(local(23, 8))], manner=manner, now=local(20, 9))).send_after == local(
        20, 18
    )


def test_a_saturday_that_is_worked_is_no_weekend() -> None:
    manner = replace(MANNER, hours=Hours(weekends=False))
    worked = {date(2026, 11, 21): DayKind.WORKING}
    draft = one(planned([visit(local(22, 8))], manner=manner, overrides=worked))
    assert draft.send_after == local(21, 18)


def test_a_declared_free_day_is_silent() -> None:
    feast = {date(2026, 11, 25): DayKind.HOLIDAY}
    draft = one(planned([visit(local(26, 8))], overrides=feast, now=local(23, 9)))
    # 24/11 is the Day of Culture, so it is the evening before both
    assert draft.send_after == local(23, 18)


def test_nobody_is_written_to_at_tet() -> None:
    silent = [d for d in _days(date(2026, 2, 1), date(2026, 3, 1)) if is_tet(d)]
    assert (silent[0], silent[-1]) == (date(2026, 2, 14), date(2026, 2, 22))


def test_unregistered_wordings_are_kept_back_with_their_reason() -> None:
    found = planned([visit(local(22, 8))], registered=frozenset())
    assert [s.why for s in found.silences] == [Why.NOT_REGISTERED]
    known = digest(shipped("visit_reminder", Language.VI), Language.VI)
    assert planned([visit(local(22, 8))], registered=frozenset({known})).drafts


@pytest.mark.parametrize("way", list(ReplyWay))
@pytest.mark.parametrize("language", list(Language))
def test_every_way_to_answer_fits_and_promises_only_what_it_can(
    way: ReplyWay, language: Language
) -> None:
    manner = replace(MANNER, way=way, number="0912345678", keyword="DIAN01")
    if way is ReplyWay.SHORT_CODE:
        manner = replace(manner, number="8077")
    said = manner.reply(language)
    assert len(said) <= REPLY.limit
    texts = way in {ReplyWay.SIM, ReplyWay.SHORT_CODE, ReplyWay.SENDER}
    assert ("1" in said.replace(manner.number, "").replace(manner.keyword, "")) is texts
    body = one(planned([visit(local(22, 8), language=language)], manner=manner)).body()[0]
    assert measure(body).segments <= VISIT_REMINDER.budget[language]
    assert body.endswith("0274 3800 123")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days)]
