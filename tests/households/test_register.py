"""Homes, people, phones and consents entered by hand, within one's own area."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotFound
from outreach.core.phones import Phone, parse
from outreach.households import queries, rules, services
from outreach.households.models import ConsentMeans, PhoneKind, Purpose
from outreach.places.models import Area, Level
from tests import statements
from tests.factories import Make


@pytest.fixture
def area(make: Make) -> Area:
    return make.neighbourhood()


@pytest.fixture
def leader(make: Make, area: Area) -> User:
    return make.user(Role.LEADER, area=area)


def phone(text: str) -> Phone:
    number = parse(text)
    assert isinstance(number, Phone)
    return number


def family(session: Session, area: Area, leader: User, now: datetime):
    home = services.add(session, services.Entry(area.id, "12/3 Lê Lợi"), actor=leader, now=now)
    session.flush()
    shared = (phone("0912345678"),)
    people = [
        services.add_person(
            session,
            home.id,
            services.Person(name=name, phones=shared),
            actor=leader,
            now=now,
        )
        for name in ("Đặng Ẩn", "Lê Thị Ơn")
    ]
    session.commit()
    return home, people


def test_a_home_is_found_by_any_word_of_it_and_known_by_its_head(
    session: Session, area: Area, leader: User, now: datetime
):
    home, _people = family(session, area, leader, now)
    assert home.head_name == "Đặng Ẩn"
    for words in ("dang", "le loi 12", "ơn", "0912345678"):
        assert queries.page(session, queries.Filters(words), actor=leader).rows == [home], words


def test_a_name_spelt_exactly_comes_first(session: Session, make: Make, area: Area, leader: User):
    make.home(area, head="Nguyễn Tuân", address="1 Lê Lợi")
    make.home(area, head="Nguyễn Tuấn", address="2 Lê Lợi")
    found = queries.page(session, queries.Filters("Tuấn"), actor=leader)
    assert [home.head_name for home in found.rows] == ["Nguyễn Tuấn", "Nguyễn Tuân"]


def test_the_register_is_shown_a_page_at_a_time(
    session: Session, make: Make, area: Area, leader: User
):
    for n in range(60):
        make.home(area, address=f"{n} Lê Lợi")
    first = queries.page(session, queries.Filters(), actor=leader)
    assert (len(first.rows), first.pages, first.total) == (50, 2, 60)
    last = queries.page(session, queries.Filters(), actor=leader, number=99)
    assert (len(last.rows), last.number) == (10, 2)
    assert [home.address for home in first.rows[:3]] == ["0 Lê Lợi", "1 Lê Lợi", "2 Lê Lợi"]


def test_homes_stand_along_their_street_in_the_order_of_their_numbers():
    addresses = ["2 An Bình", "số 10 An Bình", "1 Lê Lợi", "12/2, Lê Lợi", "12/10 Lê Lợi"]
    assert all(rules.sort_key(one) < rules.sort_key(two) for one, two in pairwise(addresses))


def test_another_area_sees_and_changes_nothing(
    session: Session, make: Make, area: Area, leader: User, now: datetime
):
    home, (person, _other) = family(session, area, leader, now)
    point = queries.card(session, home.id, actor=leader).phones[0].phone
    stranger = make.user(Role.LEADER)
    entry = services.Entry(area.id, "x")
    given: dict[str, Any] = {"actor": stranger, "now": now}
    for attempt in (
        lambda: queries.card(session, home.id, actor=stranger),
        lambda: services.add(session, entry, **given),
        lambda: services.change(session, home.id, entry, **given),
        lambda: services.archive(session, home.id, **given),
        lambda: services.add_person(session, home.id, services.Person(name="x"), **given),
        lambda: services.change_person(session, person.id, services.Person(name="x"), **given),
        lambda: services.leave(session, person.id, **given),
        lambda: services.agree(
            session, point.id, Purpose.CASE_NOTICE, means=ConsentMeans.SPOKEN, **given
        ),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert queries.page(session, queries.Filters(), actor=stranger).total == 0


def test_one_phone_is_shared_and_its_consent_is_its_own(
    session: Session, area: Area, leader: User, now: datetime
):
    home, _people = family(session, area, leader, now)
    (line,) = queries.card(session, home.id, actor=leader).phones
    assert [person.name for person, _owner in line.users] == ["Đặng Ẩn", "Lê Thị Ơn"]
    assert line.standing == {}
    means = ConsentMeans.SPOKEN
    reminder = Purpose.VISIT_REMINDER
    services.agree(session, line.phone.id, reminder, means=means, actor=leader, now=now)
    assert queries.agreed(session, [line.phone.id], reminder) == {line.phone.id}
    assert queries.agreed(session, [line.phone.id], Purpose.CASE_NOTICE) == set()
    later = now + timedelta(hours=1)
    services.withdraw(session, line.phone.id, reminder, means=means, actor=leader, now=later)
    assert queries.agreed(session, [line.phone.id], reminder) == set()
    (line,) = queries.card(session, home.id, actor=leader).phones
    assert line.standing[reminder].given is False


def test_a_land_line_cannot_agree_to_messages(
    session: Session, area: Area, leader: User, now: datetime
):
    home, _people = family(session, area, leader, now)
    person = services.Person(name="Bà Ba", phones=(phone("02743822922"),))
    services.add_person(session, home.id, person, actor=leader, now=now)
    lines = queries.card(session, home.id, actor=leader).phones
    land = next(line.phone for line in lines if line.phone.kind is PhoneKind.LANDLINE)
    given: dict[str, Any] = {"means": ConsentMeans.SPOKEN, "actor": leader, "now": now}
    with pytest.raises(Conflict):
        services.agree(session, land.id, Purpose.VISIT_REMINDER, **given)


def test_a_number_taken_from_one_person_stays_with_the_other(
    session: Session, area: Area, leader: User, now: datetime
):
    home, (first, second) = family(session, area, leader, now)
    change = services.Person(name="Đặng Ẩn", phones=(phone("0981234567"),))
    services.change_person(session, first.id, change, actor=leader, now=now)
    users = {
        line.phone.number: [person.id for person, _owner in line.users]
        for line in queries.card(session, home.id, actor=leader).phones
    }
    assert users == {"+84981234567": [first.id], "+84912345678": [second.id]}


def test_another_head_gives_the_home_another_name(
    session: Session, area: Area, leader: User, now: datetime
):
    home, (first, second) = family(session, area, leader, now)
    head = services.Person(name="Lê Thị Ơn", is_head=True)
    services.change_person(session, second.id, head, actor=leader, now=now)
    assert home.head_name == "Lê Thị Ơn"
    services.leave(session, second.id, actor=leader, now=now)
    assert home.head_name == "Đặng Ẩn"
    services.bring_back(session, second.id, actor=leader, now=now)
    assert home.head_name == "Lê Thị Ơn"
    assert [r.id for r in queries.card(session, home.id, actor=leader).residents] == [
        second.id,
        first.id,
    ]


def test_an_archived_home_leaves_the_lists_and_keeps_its_history(
    session: Session, area: Area, leader: User, now: datetime
):
    home, _people = family(session, area, leader, now)
    services.archive(session, home.id, actor=leader, now=now)
    services.archive(session, home.id, actor=leader, now=now)
    assert queries.page(session, queries.Filters(), actor=leader).total == 0
    assert queries.page(session, queries.Filters(archived=True), actor=leader).rows == [home]
    actions = [line.action for line in queries.card(session, home.id, actor=leader).history]
    assert actions.count("household.archived") == 1
    services.restore(session, home.id, actor=leader, now=now)
    assert queries.count_in(session, area) == 1


def test_homes_cannot_stand_in_a_province_or_in_an_ended_area(
    session: Session, make: Make, now: datetime
):
    admin = make.user(Role.ADMINISTRATOR)
    province = make.area(level=Level.PROVINCE)
    with pytest.raises(Conflict):
        services.add(session, services.Entry(province.id, "1 Lê Lợi"), actor=admin, now=now)


def test_the_card_of_a_large_family_takes_as_many_queries_as_that_of_a_small_one(
    session: Session, area: Area, leader: User, now: datetime, app
):
    def cost(people: int) -> int:
        home = services.add(session, services.Entry(area.id, "x"), actor=leader, now=now)
        session.flush()
        for n in range(people):
            number = phone(f"09{people:04}{n:04}")
            person = services.Person(name=f"Người {n}", phones=(number,))
            services.add_person(session, home.id, person, actor=leader, now=now)
        session.commit()
        session.expunge_all()
        with statements.sent(app.db.engine) as seen:
            queries.card(session, home.id, actor=session.merge(leader))
        return len(seen)

    assert cost(1) == cost(12)
