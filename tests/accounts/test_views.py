from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts import credentials, services
from outreach.accounts.models import Device, SignInAttempt, User
from outreach.core.db import Session
from tests.accounts.acts import PASSWORD, enter
from tests.conftest import NOW
from tests.factories import Make

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def lan(session: Session, make: Make) -> User:
    user = make.user(name="Trần Thị Lan")
    services.set_password(session, user, PASSWORD, actor=None, now=NOW)
    session.commit()
    return user


def test_one_signs_in_with_the_number_in_any_writing_and_out_again(
    client: FlaskClient, lan: User
) -> None:
    assert client.get("/me").headers["Location"] == "/sign-in?next=/me"
    answer = enter(client, lan, next="/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    cookies = answer.headers.getlist("Set-Cookie")
    kept = next(c for c in cookies if c.startswith("outreach="))
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Expires" in kept
    assert any(c.startswith("language=vi") for c in cookies)
    assert "Trần Thị Lan" in client.get("/me").get_data(as_text=True)
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert client.get("/me").status_code == 303


def test_a_cookie_kept_after_signing_out_is_worth_nothing(client: FlaskClient, lan: User) -> None:
    enter(client, lan)
    kept = client.get_cookie("outreach")
    assert kept is not None
    client.post("/sign-out")
    client.set_cookie("outreach", kept.value)
    assert client.get("/me").status_code == 303


def test_every_failure_says_the_same_and_is_remembered_though_refused(
    client: FlaskClient, session: Session, make: Make, lan: User
) -> None:
    for user, password in ((lan, "sai mất rồi"), (make.user(), PASSWORD)):
        answer = enter(client, user, password)
        assert answer.status_code == 422
        assert "Số điện thoại hoặc mật khẩu không đúng." in answer.get_data(as_text=True)
        assert client.get_cookie("outreach") is None
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 4


def test_guessing_is_answered_with_the_time_to_wait(
    client: FlaskClient, lan: User, set_clock: Callable[[datetime], None]
) -> None:
    set_clock(NOW)
    for _ in range(5):
        assert enter(client, lan, "sai mất rồi").status_code == 422
    answer = enter(client, lan)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "chờ 1 phút" in answer.get_data(as_text=True)
    set_clock(NOW + timedelta(seconds=31))
    assert enter(client, lan).status_code == 303


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_sign_in_leads_nowhere_else(client: FlaskClient, lan: User, onward: str) -> None:
    assert enter(client, lan, next=onward).headers["Location"] == "/"


def test_a_number_that_is_none_is_told_so(client: FlaskClient) -> None:
    for wrong in ("O912345678", "123", "x" * 5000, "\x00", "😀"):
        answer = client.post("/sign-in", data={"phone": wrong, "password": "x"})
        assert answer.status_code == 422


def test_signing_in_over_somebody_signs_them_out(
    client: FlaskClient, session: Session, make: Make, lan: User
) -> None:
    second = make.user()
    services.set_password(session, second, PASSWORD, actor=None, now=NOW)
    session.commit()
    enter(client, lan)
    enter(client, second)
    session.expire_all()
    live = session.scalars(sa.select(Device.user_id).where(Device.revoked_at.is_(None))).all()
    assert live == [second.id]


def test_nothing_is_stored_in_the_clear(session: Session, client: FlaskClient, lan: User) -> None:
    enter(client, lan)
    device = session.scalars(sa.select(Device)).one()
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert device.token_hash == credentials.hash_token(token)
    assert lan.password_hash is not None
    assert PASSWORD not in lan.password_hash


def test_last_used_is_kept_to_five_minutes_and_written_by_forms_only(
    sign_in: SignIn, session: Session, make: Make, set_clock: Callable[[datetime], None]
) -> None:
    set_clock(NOW)
    client = sign_in(make.user())

    def seen() -> datetime:
        found = session.scalars(sa.select(Device.last_seen_at)).one()
        session.commit()
        return found

    set_clock(NOW + timedelta(minutes=4))
    client.post("/display", data={"text": "large", "contrast": "more"})
    assert seen() == NOW
    set_clock(NOW + timedelta(minutes=6))
    assert client.get("/me").status_code == 200
    assert seen() == NOW
    client.post("/display", data={"text": "large", "contrast": "more"})
    assert seen() == NOW + timedelta(minutes=6)


def test_another_device_is_signed_out_from_ones_own_page(
    sign_in: SignIn, session: Session, make: Make
) -> None:
    user = make.user()
    lost, here = sign_in(user), sign_in(user)
    first = session.scalars(sa.select(Device.id).order_by(Device.created_at)).first()
    session.commit()
    assert here.post(f"/me/devices/{first}/revoke").status_code == 303
    assert lost.get("/me").status_code == 303
    assert here.get("/me").status_code == 200

    lost = sign_in(user)
    here.post("/me/devices/revoke-others")
    assert lost.get("/me").status_code == 303
    assert here.get("/me").status_code == 200


def test_somebody_elses_device_stays(sign_in: SignIn, session: Session, make: Make) -> None:
    theirs = sign_in(make.user())
    device = session.scalars(sa.select(Device)).one()
    mine = sign_in(make.user())
    assert mine.post(f"/me/devices/{device.id}/revoke").status_code == 403
    assert theirs.get("/me").status_code == 200


def test_the_password_is_changed_with_the_old_one_only(client: FlaskClient, lan: User) -> None:
    enter(client, lan)
    wrong = client.post("/me/password", data={"current": "không nhớ nữa", "new": "bốn con gà con"})
    assert wrong.status_code == 422
    assert "không phải mật khẩu hiện tại" in wrong.get_data(as_text=True)
    weak = client.post("/me/password", data={"current": PASSWORD, "new": f"0{lan.phone[3:]}"})
    assert weak.status_code == 422
    right = client.post("/me/password", data={"current": PASSWORD, "new": "bốn con gà con"})
    assert right.status_code == 303
    assert client.get("/me").status_code == 200


def test_language_and_display_are_chosen_and_kept(
    client: FlaskClient, session: Session, lan: User
) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert "Sign in" in client.get("/sign-in").get_data(as_text=True)
    assert client.post("/language", data={"language": "xx"}).status_code == 422

    enter(client, lan)
    client.post("/language", data={"language": "en", "next": "//evil.example"})
    session.expire_all()
    assert lan.language == "en"
    session.commit()
    client.post("/display", data={"text": "large", "contrast": "more"})
    page = client.get("/me").get_data(as_text=True)
    assert 'data-text="large"' in page
    assert 'data-contrast="more"' in page
    assert client.post("/display", data={"text": "huge", "contrast": "x"}).status_code == 422
