from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts import credentials, queries, services
from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.phones import display
from tests.accounts.acts import PASSWORD, add, attempt, person
from tests.conftest import NOW
from tests.factories import Make

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def user(session: Session, make: Make) -> User:
    user = make.user(Role.LEADER)
    services.set_password(session, user, PASSWORD, actor=None, now=NOW)
    session.commit()
    return user


def test_an_officer_adds_leaders_and_volunteers_of_the_area_and_nobody_else(
    session: Session, make: Make
) -> None:
    ward, elsewhere = make.area(), make.area()
    officer = make.user(Role.OFFICER, area=ward)
    quarter = make.neighbourhood(ward)
    for role in (Role.OFFICER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            services.add(session, person(role=role, area_id=quarter.id), actor=officer, now=NOW)
    with pytest.raises(NotAllowed):
        services.add(session, person(area_id=elsewhere.id), actor=officer, now=NOW)
    with pytest.raises(Refusal):
        services.add(session, person(), actor=officer, now=NOW)
    user = services.add(session, person(area_id=quarter.id), actor=officer, now=NOW)
    assert (user.search_key, user.area_id) == ("le van dat", quarter.id)


def test_a_number_signs_in_one_account(session: Session, make: Make) -> None:
    ward = make.area()
    services.add(session, person(area_id=ward.id), actor=None, now=NOW)
    with pytest.raises(services.PhoneTaken):
        services.add(session, person(name="Khác", area_id=ward.id), actor=None, now=NOW)


def test_an_officer_may_not_lift_anybody_above_or_out_of_reach(
    session: Session, make: Make
) -> None:
    ward, elsewhere = make.area(), make.area()
    officer, other = make.user(Role.OFFICER, area=ward), make.user(Role.OFFICER, area=ward)
    lan = make.user(area=ward)
    for changes in ({"role": Role.OFFICER, "area_id": ward.id}, {"area_id": elsewhere.id}):
        with pytest.raises(NotAllowed):
            services.edit(session, lan, person(**changes), actor=officer, now=NOW)
    for stranger in (other, make.user(area=elsewhere), make.user(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            services.edit(session, stranger, person(area_id=ward.id), actor=officer, now=NOW)
        with pytest.raises(NotAllowed):
            services.deactivate(session, stranger, actor=officer, now=NOW)


def test_nobody_locks_themselves_out_and_the_last_administrator_stays(
    session: Session, make: Make
) -> None:
    boss, second = make.user(Role.ADMINISTRATOR), make.user(Role.ADMINISTRATOR)
    boss.password_hash = credentials.hashed(PASSWORD)
    session.commit()
    with pytest.raises(Conflict):
        services.deactivate(session, boss, actor=boss, now=NOW)
    lower = person(phone=boss.phone, area_id=make.area().id)
    with pytest.raises(Conflict):
        services.edit(session, boss, lower, actor=boss, now=NOW)
    # the second was never in: whoever can sign in is the last one
    with pytest.raises(services.Locked):
        services.deactivate(session, boss, actor=second, now=NOW)
    with pytest.raises(services.Locked):
        services.edit(session, boss, lower, actor=second, now=NOW)
    services.deactivate(session, second, actor=boss, now=NOW)


def test_switching_an_account_off_ends_its_sessions_for_good(
    session: Session, make: Make, user: User
) -> None:
    boss = make.user(Role.ADMINISTRATOR)
    entered = attempt(session, user.phone, PASSWORD)
    assert entered is not None
    services.deactivate(session, user, actor=boss, now=NOW)
    services.reactivate(session, user, actor=boss, now=NOW)
    session.flush()
    assert queries.live_device(session, credentials.hash_token(entered.token), now=NOW) is None
    assert attempt(session, user.phone, PASSWORD) is not None


def test_the_register_is_searched_without_accents_and_by_number(
    sign_in: SignIn, make: Make
) -> None:
    ward, elsewhere = make.area(), make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward, name="Cán bộ"))
    make.user(area=ward, name="Đặng Thuý Hằng")
    user = make.user(area=ward, name="Võ Minh Tuấn")
    make.user(area=elsewhere, name="Đặng Ở Xa")

    def names(query: str) -> list[str]:
        page = office.get(f"/accounts?{query}").get_data(as_text=True)
        return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)

    assert names("q=dang") == ["Đặng Thuý Hằng"]
    assert names("q=ĐẶNG+thuý") == ["Đặng Thuý Hằng"]
    assert names(f"q={display(user.phone)}") == ["Võ Minh Tuấn"]
    assert names("role=officer") == ["Cán bộ"]
    assert len(names("standing=waiting")) == 3
    assert names("standing=off") == []
    assert names("q=%25") == []
    assert len(names("role=nonsense&standing=nonsense&page=x&area=x")) == 3


def test_the_register_asks_as_often_for_many_as_for_one(
    sign_in: SignIn, make: Make, queries: list[str]
) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))

    def asked() -> int:
        queries.clear()
        assert office.get("/accounts").status_code == 200
        return len(queries)

    once = asked()
    for _ in range(12):
        make.user(area=make.neighbourhood(ward))
    assert asked() == once


def test_a_taken_number_is_told_at_the_field_and_stores_nothing(
    sign_in: SignIn, session: Session, make: Make
) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    assert add(office, ward.id).status_code == 201
    again = add(office, ward.id, name="Người khác")
    assert again.status_code == 422
    assert "đã có tài khoản" in again.get_data(as_text=True)
    lan = make.user(area=ward, name="Lan")
    changed = office.post(
        f"/accounts/{lan.id}",
        data={"name": "Khác", "phone": "0905550001", "role": "volunteer", "area_id": ward.id},
    )
    assert changed.status_code == 422
    session.expire_all()
    assert session.get_one(User, lan.id).name == "Lan"


def test_an_officer_finds_no_account_of_another_area(sign_in: SignIn, make: Make) -> None:
    office = sign_in(make.user(Role.OFFICER, area=make.area()))
    stranger = make.user(area=make.area())
    assert office.get(f"/accounts/{stranger.id}").status_code == 404
    for act in ("", "/invite", "/deactivate", "/reactivate", "/revoke"):
        assert office.post(f"/accounts/{stranger.id}{act}").status_code == 404


def test_an_officer_sees_a_colleague_but_does_not_change_them(sign_in: SignIn, make: Make) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    colleague = make.user(Role.OFFICER, area=ward)
    assert office.get(f"/accounts/{colleague.id}").status_code == 200
    for act in ("", "/invite", "/deactivate", "/revoke"):
        assert office.post(f"/accounts/{colleague.id}{act}").status_code == 403


def test_a_role_that_was_not_offered_is_refused_at_the_form(sign_in: SignIn, make: Make) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    assert add(office, ward.id, role="administrator").status_code == 422
    assert add(office, make.area().id).status_code == 422
    assert add(office, "").status_code == 422


def test_an_account_is_changed_switched_off_and_on(
    sign_in: SignIn, session: Session, make: Make
) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    lan = make.user(area=ward)
    theirs, path = sign_in(lan), f"/accounts/{lan.id}"
    office.post(
        path,
        data={
            "name": "Trần  Thị\tLan",
            "phone": "0905550002",
            "role": "leader",
            "area_id": str(ward.id),
            "language": "en",
        },
    )
    session.expire_all()
    assert (lan.name, lan.phone, lan.role) == ("Trần Thị Lan", "+84905550002", Role.LEADER)
    assert lan.search_key == "tran thi lan"
    session.commit()
    office.post(f"{path}/deactivate")
    assert theirs.get("/me").status_code == 303
    assert "Đã khoá" in office.get(path).get_data(as_text=True)
    office.post(f"{path}/reactivate")
    session.expire_all()
    assert lan.deactivated_at is None


def test_areas_are_searched_where_there_are_too_many_to_list(
    sign_in: SignIn, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.accounts.scopes.MOST_CHOICES", 3)
    boss = sign_in(make.user(Role.ADMINISTRATOR))
    wards = [make.area(name=f"Phường {n}") for n in range(5)]
    page = boss.get("/accounts/new?find=phường 3").get_data(as_text=True)
    assert f"area={wards[3].id}" in page
    assert f"area={wards[1].id}" not in page
    narrowed = boss.get(f"/accounts/new?area={wards[3].id}").get_data(as_text=True)
    assert f'<option selected value="{wards[3].id}">' in narrowed
    data = {"name": "A", "phone": "0905550001", "role": "officer", "language": "vi"}
    path = f"/accounts/new?area={wards[3].id}"
    assert boss.post(path, data={**data, "area_id": wards[1].id}).status_code == 422
    assert boss.post(path, data={**data, "area_id": wards[3].id}).status_code == 201
