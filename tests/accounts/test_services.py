from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

import argon2
import pytest
import sqlalchemy as sa

from outreach.accounts import credentials, jobs, queries, services
from outreach.accounts.models import Device, Invitation, Role, SignInAttempt, User
from outreach.accounts.services import Caller, Person
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, NotFound, Refusal, TooOften
from outreach.web import Outreach
from tests.conftest import NOW
from tests.factories import Make

PASSWORD = "ba con vịt trời"
WRONG = "không phải"
WIFI = Caller("192.0.2.1", "key")
ELSEWHERE = Caller("198.51.100.9", "key")


@pytest.fixture
def user(session: Session, make: Make) -> User:
    user = make.user(Role.LEADER)
    services.set_password(session, user, PASSWORD, actor=None, now=NOW)
    session.commit()
    return user


def attempt(
    session: Session,
    phone: str,
    password: str = WRONG,
    *,
    caller: Caller = WIFI,
    now: datetime = NOW,
) -> services.Entered | None:
    return services.sign_in(
        session, phone=phone, password=password, caller=caller, label="", now=now
    )


# --- signing in ----------------------------------------------------------------------------


def test_the_right_password_opens_a_device_whose_token_is_stored_only_as_a_digest(
    session: Session, user: User
) -> None:
    entered = attempt(session, user.phone, PASSWORD)
    assert entered is not None
    stored = session.scalars(sa.select(Device.token_hash)).one()
    assert stored == credentials.hash_token(entered.token) != entered.token
    found = queries.live_device(session, stored, now=NOW + timedelta(days=89))
    assert found is not None
    assert found.user == user
    assert queries.live_device(session, stored, now=NOW + timedelta(days=91)) is None


def test_a_password_is_the_same_however_its_accents_were_typed(
    session: Session, user: User
) -> None:
    assert attempt(session, user.phone, unicodedata.normalize("NFD", PASSWORD)) is not None


def test_wrong_unknown_uninvited_and_switched_off_all_fail_alike(
    session: Session, make: Make, user: User
) -> None:
    uninvited = make.user()
    user.deactivated_at = NOW
    assert attempt(session, user.phone, PASSWORD) is None
    assert attempt(session, user.phone) is None
    assert attempt(session, uninvited.phone) is None
    assert attempt(session, "+84909999999") is None


def test_an_unknown_number_costs_as_much_as_a_known_one(
    session: Session, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    real = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, stored: str, password: str) -> bool:
        verified.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    attempt(session, user.phone)
    attempt(session, "+84909999999")
    assert len(verified) == 2
    assert all(stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for stored in verified)


def test_an_old_hash_is_made_anew_at_the_next_sign_in(session: Session, user: User) -> None:
    user.password_hash = argon2.PasswordHasher(1, 1024, 1).hash(PASSWORD)
    assert attempt(session, user.phone, PASSWORD) is not None
    assert "m=19456" in user.password_hash


def test_guessing_one_account_from_one_address_is_slowed_and_others_are_not(
    session: Session, make: Make, user: User
) -> None:
    for _ in range(5):
        attempt(session, user.phone)
    with pytest.raises(TooOften) as refused:
        attempt(session, user.phone, PASSWORD)
    assert refused.value.retry_after == 30
    assert attempt(session, make.user().phone) is None  # the same Wi-Fi, another person
    assert attempt(session, user.phone, PASSWORD, caller=ELSEWHERE) is not None


def test_after_the_wait_the_right_password_works_and_all_is_forgiven(
    session: Session, user: User
) -> None:
    for _ in range(5):
        attempt(session, user.phone)
    later = NOW + timedelta(seconds=30)
    assert attempt(session, user.phone, PASSWORD, now=later) is not None
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 0


def test_guessing_one_account_from_everywhere_is_slowed_too(session: Session, user: User) -> None:
    for n in range(25):
        assert attempt(session, user.phone, caller=Caller(f"192.0.2.{n}", "key")) is None
    with pytest.raises(TooOften):
        attempt(session, user.phone, PASSWORD, caller=ELSEWHERE)


def test_forty_volunteers_mistype_at_one_address_and_then_all_get_in(
    session: Session, make: Make
) -> None:
    stored = credentials.hashed(PASSWORD)
    users = [make.user() for _ in range(40)]
    for user in users:
        user.password_hash = stored
        assert attempt(session, user.phone) is None
    assert all(attempt(session, user.phone, PASSWORD) for user in users)


def test_what_was_tried_cannot_be_read_from_the_attempts(session: Session, user: User) -> None:
    attempt(session, user.phone)
    subjects = session.scalars(sa.select(SignInAttempt.subject)).all()
    assert len(set(subjects)) == 2
    assert all(len(s) == 64 and user.phone not in s for s in subjects)
    assert credentials.hash_token(user.phone) not in subjects


def test_old_attempts_are_forgotten_by_the_job(app: Outreach, session: Session, user: User) -> None:
    attempt(session, user.phone, now=NOW - timedelta(hours=25))
    attempt(session, user.phone, now=NOW - timedelta(hours=1))
    session.commit()
    assert jobs.prune_attempts(app.db, now=NOW) == 2
    assert jobs.prune_attempts(app.db, now=NOW) == 0


def test_changing_the_password_ends_the_other_sessions(session: Session, user: User) -> None:
    here, there = attempt(session, user.phone, PASSWORD), attempt(session, user.phone, PASSWORD)
    assert here is not None
    assert there is not None

    def change(current: str, new: str) -> bool:
        return services.change_password(
            session, here.device, current=current, new=new, caller=WIFI, actor=user, now=NOW
        )

    assert not change("sai rồi nhé", "bốn con gà con")
    with pytest.raises(services.WeakPassword):
        change(PASSWORD, "12345678")
    assert change(PASSWORD, "bốn con gà con")
    session.flush()
    session.expire_all()
    assert [d.id for d in queries.devices_of(session, user, now=NOW)] == [here.device.id]
    assert attempt(session, user.phone, PASSWORD) is None
    assert attempt(session, user.phone, "bốn con gà con") is not None


# --- devices -------------------------------------------------------------------------------


def test_only_oneself_and_whoever_administers_the_person_may_revoke(
    session: Session, make: Make
) -> None:
    ward = make.area()
    lan = make.user(area=make.neighbourhood(ward))
    device, _token = services.open_device(session, lan, label="", now=NOW)
    session.flush()
    for stranger in (make.user(area=ward), make.user(Role.LEADER, area=ward)):
        with pytest.raises(NotAllowed):
            services.revoke(session, device, actor=stranger, now=NOW)
        with pytest.raises(NotAllowed):
            services.revoke_all(session, lan, actor=stranger, now=NOW)
    officer = make.user(Role.OFFICER, area=ward)
    assert services.revoke_all(session, lan, actor=officer, now=NOW) == 1
    assert services.revoke_all(session, lan, actor=officer, now=NOW) == 0
    session.refresh(device)
    assert (device.revoked_at, device.revoked_by_id) == (NOW, officer.id)


# --- invitations ---------------------------------------------------------------------------


def invited(session: Session, make: Make) -> tuple[User, services.Issued]:
    user = make.user(name="Trần Thị Lan")
    issued = services.invite(session, user, actor=make.user(Role.ADMINISTRATOR), now=NOW)
    session.commit()
    return user, issued


def accept(
    session: Session, issued: services.Issued, *, pin: str = "", now: datetime = NOW
) -> services.Entered | None:
    return services.accept(
        session, issued.token, pin=pin or issued.pin, password=PASSWORD, label="", now=now
    )


def test_an_invitation_is_accepted_once(session: Session, make: Make) -> None:
    user, issued = invited(session, make)
    entered = accept(session, issued)
    assert entered is not None
    assert entered.user == user
    assert attempt(session, user.phone, PASSWORD) is not None
    with pytest.raises(NotFound):
        accept(session, issued)


def test_neither_link_nor_pin_can_be_read_from_the_database(session: Session, make: Make) -> None:
    _user, issued = invited(session, make)
    row = session.scalars(sa.select(Invitation)).one()
    assert issued.token not in row.token_hash
    assert row.pin_hash.startswith("$argon2id$")
    assert len(issued.pin) == 6


def test_five_wrong_pins_end_an_invitation(session: Session, make: Make) -> None:
    _user, issued = invited(session, make)
    wrong = f"{(int(issued.pin) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert accept(session, issued, pin=wrong) is None
        session.commit()
    with pytest.raises(NotFound):
        accept(session, issued)


def test_an_invitation_ends_after_seven_days_and_when_another_is_made(
    session: Session, make: Make
) -> None:
    user, first = invited(session, make)
    second = services.invite(session, user, actor=None, now=NOW)
    session.commit()
    session.expire_all()
    with pytest.raises(NotFound):
        accept(session, first)
    with pytest.raises(NotFound):
        accept(session, second, now=NOW + timedelta(days=7))
    assert accept(session, second, now=NOW + timedelta(days=6)) is not None


def test_a_weak_password_leaves_the_invitation_as_it_was(session: Session, make: Make) -> None:
    user, issued = invited(session, make)
    with pytest.raises(services.WeakPassword):
        services.accept(
            session, issued.token, pin=issued.pin, password=f"0{user.phone[3:]}", label="", now=NOW
        )
    assert accept(session, issued) is not None


def test_a_new_invitation_locks_nobody_out_until_it_is_accepted(
    session: Session, user: User
) -> None:
    before = attempt(session, user.phone, PASSWORD)
    assert before is not None
    issued = services.invite(session, user, actor=None, now=NOW)
    assert attempt(session, user.phone, PASSWORD) is not None
    after = services.accept(
        session, issued.token, pin=issued.pin, password="bốn con gà con", label="", now=NOW
    )
    assert after is not None
    session.flush()
    assert [d.id for d in queries.devices_of(session, user, now=NOW)] == [after.device.id]


# --- the register --------------------------------------------------------------------------


def person(**changes: object) -> Person:
    values = {"name": "Lê Văn Đạt", "phone": "+84905550001", "role": Role.VOLUNTEER}
    return Person(**{**values, **changes})  # type: ignore[arg-type]


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
