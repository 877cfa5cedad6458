from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts import queries, services
from outreach.accounts.models import Invitation, Role, User
from outreach.core.db import Session
from outreach.core.errors import NotFound
from outreach.web import Outreach
from tests.accounts.acts import PASSWORD, add, attempt, shown
from tests.conftest import NOW
from tests.factories import Make

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def user(session: Session, make: Make) -> User:
    user = make.user(Role.LEADER)
    services.set_password(session, user, PASSWORD, actor=None, now=NOW)
    session.commit()
    return user


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


def test_a_person_is_invited_and_in_after_two_screens(
    sign_in: SignIn, client: FlaskClient, make: Make
) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    made = add(office, make.neighbourhood(ward).id)
    assert made.status_code == 201
    path, pin = shown(made.get_data(as_text=True))
    assert "data:image/svg+xml" in made.get_data(as_text=True)

    assert client.get(path).status_code == 200
    answer = client.post(path, data={"pin": pin, "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/me").status_code == 200
    assert client.get(path).status_code == 404  # used up
    assert client.post(path, data={"pin": pin, "password": PASSWORD}).status_code == 404


def test_wrong_pins_are_counted_though_refused(
    sign_in: SignIn, client: FlaskClient, make: Make
) -> None:
    ward = make.area()
    made = add(sign_in(make.user(Role.OFFICER, area=ward)), ward.id)
    path, pin = shown(made.get_data(as_text=True))
    wrong = "000000" if pin != "000 000" else "111111"
    weak = client.post(path, data={"pin": wrong, "password": "12345678"})
    assert weak.status_code == 422  # a password refused at once costs no try
    for _ in range(5):
        assert client.post(path, data={"pin": wrong, "password": PASSWORD}).status_code == 422
    assert client.post(path, data={"pin": pin, "password": PASSWORD}).status_code == 404


def test_a_link_that_never_was_is_not_found(client: FlaskClient) -> None:
    assert client.get("/invite/abc").status_code == 404
    assert client.post("/invite/abc", data={"pin": "123456"}).status_code == 404


def test_the_first_administrator_is_made_on_the_command_line(
    app: Outreach, client: FlaskClient, session: Session
) -> None:
    run = app.test_cli_runner()
    line = ["accounts", "add", "--role", "administrator", "--phone", "0905 550 003"]
    made = run.invoke(args=[*line, "--name", "Phạm Thị Hà"])
    assert made.exit_code == 0, made.output
    link = re.search(r"http://localhost:\d+(/invite/\S+)", made.output)
    pin = re.search(r"PIN\s+(\d{6})", made.output)
    assert link
    assert pin
    assert client.post(link[1], data={"pin": pin[1], "password": PASSWORD}).status_code == 303

    again = run.invoke(args=[*line, "--name", "X"])
    assert again.exit_code == 1
    assert "already has an account" in again.output
    reset = run.invoke(args=["accounts", "reset", "+84 905550003"])
    assert reset.exit_code == 0
    assert "/invite/" in reset.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reset", "0905550009"], "No account has this phone number"),
        (["reset", "abc"], "no phone number"),
        (["add", "--role", "officer", "--phone", "0905550009", "--name", "A"], "choose the area"),
        (
            ["add", "--role", "officer", "--phone", "0905550009", "--name", "A", "--area", "99"],
            "No living area",
        ),
    ],
)
def test_the_command_line_says_what_is_wrong(
    app: Outreach, arguments: list[str], says: str
) -> None:
    done = app.test_cli_runner().invoke(args=["accounts", *arguments])
    assert done.exit_code == 1
    assert says in done.output
