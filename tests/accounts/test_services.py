from __future__ import annotations

import unicodedata
from datetime import timedelta

import argon2
import pytest
import sqlalchemy as sa

from outreach.accounts import credentials, jobs, queries, services
from outreach.accounts.models import Device, Role, SignInAttempt, User
from outreach.accounts.services import Caller
from outreach.core.db import Session
from outreach.core.errors import NotAllowed, TooOften
from outreach.web import Outreach
from tests.accounts.acts import ELSEWHERE, PASSWORD, WIFI, attempt
from tests.conftest import NOW
from tests.factories import Make


@pytest.fixture
def user(session: Session, make: Make) -> User:
    user = make.user(Role.LEADER)
    services.set_password(session, user, PASSWORD, actor=None, now=NOW)
    session.commit()
    return user


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
