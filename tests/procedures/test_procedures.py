"""Procedures: several dossiers of one resident, whose turn it is, and the page behind the slip."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Channel, Evidence
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.core.db import Session
from outreach.households.models import Household
from outreach.procedures import patience
from outreach.procedures.models import Procedure
from outreach.procedures.rules import TURNS
from tests.factories import Make


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


@pytest.fixture
def home(make: Make, officer: User) -> Household:
    return make.home_of(make.neighbourhood(officer.area), 1948)


@pytest.fixture(autouse=True)
def _patient() -> None:
    patience._missed.clear()


def begin(
    client, home: Household, title: str = "Đăng ký khai tử", papers: str = "Giấy báo tử"
) -> str:
    data = {"form_id": str(uuid4()), "title": title, "papers": papers}
    answer = client.post(f"/procedures/new/{home.residents[0].id}", data=data)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def move(client, place: str, move_: str, **more: str):
    """Record a step on the case page of this very procedure."""
    case_id = place.rsplit("/", 1)[1]
    page = client.get(f"/help/cases/{case_id}").text
    fields = dict(re.findall(r'name="(form_id|seen_state|dossier)" value="([^"]*)"', page))
    action = re.findall(r'action="(/help/homes/[^"]+)"', page)[0]
    fields |= {
        "move": move_,
        "stop_reason": "",
        "note": "",
        "evidence": "observed",
        "channel": "desk",
        "day": "2026-11-20",
        **more,
    }
    if move_ == "submitted":  # the slip says when the result is due
        who, programme = action.split("/")[-1], action.split("/")[-2]
        fields.setdefault(f"typed.{programme}.{who}.submitted.due_at", "18/11/2026")
    return client.post(action, data=fields)


def stands(session: Session) -> dict[int, str | None]:
    session.expire_all()
    found = {one.dossier: one.state for one in session.scalars(sa.select(Case))}
    session.commit()
    return found


def test_one_resident_may_have_several_procedures_each_with_its_own_steps(
    sign_in, officer, home, now, session
) -> None:
    client = sign_in(officer)
    first, second = begin(client, home), begin(client, home, "Cấp lại giấy khai sinh")
    answer = move(client, first, "submitted")
    assert answer.status_code == 303
    assert move(client, second, "home_visit_set").status_code == 303
    assert move(client, first, "processing").status_code == 303
    assert stands(session) == {1: "processing", 2: "home_visit_set"}
    page = client.get("/procedures").text
    assert "Đăng ký khai tử" in page
    assert "Cấp lại giấy khai sinh" in page


def test_a_wrong_form_comes_back_for_the_same_dossier(sign_in, officer, home, now) -> None:
    client = sign_in(officer)
    first = begin(client, home)
    begin(client, home)
    answer = move(client, first, "")
    assert answer.status_code == 422
    assert 'name="dossier" value="1"' in answer.text


def test_the_same_form_twice_is_one_dossier(sign_in, officer, home, now, session) -> None:
    client = sign_in(officer)
    data = {"form_id": str(uuid4()), "title": "Đăng ký khai tử", "papers": ""}
    for _ in range(2):
        answer = client.post(f"/procedures/new/{home.residents[0].id}", data=data)
        assert answer.status_code == 303
    assert stands(session) == {1: "requested"}


def test_a_phone_that_knows_no_dossiers_goes_on_with_the_open_one_and_then_opens_the_next(
    make: Make, officer, home, now, session
) -> None:
    def say(*states: str) -> None:
        for state in states:
            one = Help(programme="tthc_assist", resident_id=home.residents[0].id, to_state=state,
                       evidence=Evidence.OBSERVED)  # fmt: skip
            at = Circumstances(form_id=uuid4(), channel=Channel.HOME, happened_at=now)
            record_steps(session, home.id, [one], at, actor=officer, now=now)
            session.commit()

    say("requested", "submitted", "result_ready", "delivered", "closed")
    assert stands(session) == {1: "closed"}
    say("requested")
    assert stands(session) == {1: "closed", 2: "requested"}
    say("papers_ready")
    assert stands(session) == {1: "closed", 2: "papers_ready"}


def test_programmes_that_do_not_repeat_know_no_second_case(officer, home, now, session) -> None:
    one = Help(
        programme="vneid_l2", resident_id=home.residents[0].id, to_state="captured", dossier=2
    )
    at = Circumstances(form_id=uuid4(), channel=Channel.HOME, happened_at=now)
    with pytest.raises(Exception, match="Không có việc hỗ trợ này"):
        record_steps(session, home.id, [one], at, actor=officer, now=now)


def link_of(session: Session, place: str) -> str:
    found = session.scalars(
        sa.select(Procedure.link).where(Procedure.case_id == UUID(place.rsplit("/", 1)[1]))
    ).one()
    session.commit()
    return f"/follow/{found}"


def test_the_residents_page_says_what_is_next_and_nobodys_name(
    client, sign_in, officer, home, now, session
) -> None:
    desk = sign_in(officer)
    place = begin(desk, home, papers="Giấy báo tử\nTờ khai")
    data = {"title": "Đăng ký khai tử", "papers": "Giấy báo tử\nTờ khai", "got": "Tờ khai"}
    assert desk.post(place, data=data).status_code == 303
    answer = client.get(link_of(session, place))
    assert answer.status_code == 200
    assert len(answer.data) <= 30_000
    assert "<script" not in answer.text
    assert "Giấy báo tử" in answer.text
    assert "Tờ khai" not in answer.text
    for private in (home.residents[0].name, home.address, officer.name):
        assert private not in answer.text


def test_a_typed_due_date_is_shown_and_missed(client, sign_in, officer, home, now, session) -> None:
    desk = sign_in(officer)
    place = begin(desk, home)
    move(desk, place, "submitted")
    case = session.scalars(sa.select(Case)).one()
    case.typed = {"dossier_no": "H29.35.16-250702-0012", "due_at": "2026-11-18"}
    session.commit()
    assert "H29.35.16-250702-0012" in desk.get("/procedures?late=yes").text
    assert "18/11/2026" in desk.get(place).text
    page = client.get(link_of(session, place)).text
    assert "quá ngày hẹn" in page
    move(desk, place, "result_ready")
    assert "H29.35.16-250702-0012" not in desk.get("/procedures?late=yes").text


def test_a_lost_slip_leads_nowhere_and_trying_is_slowed(
    client, sign_in, officer, home, now, session, set_clock
) -> None:
    desk = sign_in(officer)
    place = begin(desk, home)
    old = link_of(session, place)
    assert "svg" in desk.get(f"{place}/slip").text
    assert desk.post(f"{place}/link").status_code == 303
    assert client.get(old).status_code == 404
    assert client.get(link_of(session, place)).status_code == 200
    for _ in range(patience.FREE):
        client.get(f"/follow/{uuid4()}")
    assert client.get(f"/follow/{uuid4()}").status_code == 429
    set_clock(now + timedelta(minutes=2))
    assert client.get(link_of(session, place)).status_code == 200


def test_procedures_stay_in_their_area(make: Make, sign_in, officer, home, now) -> None:
    place = begin(sign_in(officer), home)
    stranger = sign_in(make.user(Role.OFFICER))
    assert stranger.get(place).status_code == 404
    assert stranger.post(place, data={"title": "x"}).status_code == 404
    assert stranger.get(f"/procedures/new/{home.residents[0].id}").status_code == 404
    assert "Đăng ký khai tử" not in stranger.get("/procedures").text


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"papers": "CCCD 087084000999"},
        {"papers": "\n".join(f"Giấy {n}" for n in range(30))},
    ],
)
def test_what_cannot_be_a_procedure_is_refused(sign_in, officer, home, now, given) -> None:
    data = {"form_id": str(uuid4()), "title": "Khai tử", "papers": "", **given}
    answer = sign_in(officer).post(f"/procedures/new/{home.residents[0].id}", data=data)
    assert answer.status_code == 422


@pytest.mark.once
def test_every_state_of_the_definition_says_whose_turn_it_is() -> None:
    programme = programmes()["tthc_assist"]
    assert programme.repeats
    assert set(programme.states) == set(TURNS)


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    make: Make, sign_in, officer, home, now, queries: list[str]
) -> None:
    client = sign_in(officer)
    counts = []
    for more in (1, 5):
        for _ in range(more):
            begin(client, make.home_of(home.area, 1950))
        queries.clear()
        client.get("/procedures")
        counts.append(len(queries))
    assert counts[0] == counts[1]
