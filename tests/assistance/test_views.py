from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.models import Case, Evidence, Step
from outreach.households.models import Household, Resident
from tests.factories import Make


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


@pytest.fixture
def home(make: Make, officer: User) -> Household:
    return make.home_of(make.neighbourhood(officer.area), 1958, 2020)


def fields(**given: str) -> dict[str, str]:
    return {
        "form_id": str(uuid4()),
        "move": "captured",
        "stop_reason": "",
        "evidence": "observed",
        "channel": "desk",
        "day": "2026-11-20",
        "note": "",
        **given,
    }


def url(home: Household, programme: str = "vneid_l2", person: Resident | None = None) -> str:
    return f"/help/homes/{home.id}/{programme}/{person.id if person else 'home'}"


def test_an_officer_records_a_step_and_takes_it_back(sign_in, officer, home, now, session):
    client = sign_in(officer)
    place = url(home, person=home.residents[0])
    assert client.post(place, data=fields(note="Theo phiếu hẹn")).status_code == 303
    case = session.scalars(sa.select(Case)).one()
    assert (case.state, case.evidence) == ("captured", Evidence.OBSERVED)
    page = client.get(f"/help/cases/{case.id}").text
    assert "Theo phiếu hẹn" in page
    assert officer.name in page
    step = session.scalars(sa.select(Step)).one()
    session.commit()
    assert client.post(f"/help/steps/{step.id}/undo").status_code == 303
    assert "Đã hoàn tác" in client.get(f"/help/cases/{case.id}").text
    session.expire_all()
    assert session.scalars(sa.select(Case)).one().state is None
    assert "0" in client.get("/help").text


def test_the_same_desk_form_twice_is_one_step(sign_in, officer, home, now, session) -> None:
    client = sign_in(officer)
    data = fields()
    for _ in range(2):
        assert client.post(url(home, person=home.residents[0]), data=data).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"move": ""}, "chọn bước"),
        ({"move": "in_use"}, "không thể chuyển"),
        ({"move": "flying"}, "Không có việc hỗ trợ này"),
        ({"note": "OTP 123456"}, "OTP"),
        ({"day": "2026-11-25"}, "chưa tới"),
        ({"day": "hôm qua"}, ""),
        ({"evidence": "certain"}, ""),
        ({"form_id": "1"}, "hỏng"),
    ],
)
def test_a_bad_step_is_shown_again(make, sign_in, officer, home, now, given, says) -> None:
    make.step(home.residents[0], now - timedelta(days=3), state="needs_card")
    given = {"seen_state": "needs_card", **given}
    answer = sign_in(officer).post(url(home, person=home.residents[0]), data=fields(**given))
    assert answer.status_code == 422
    assert says in answer.text
    assert make.session.scalar(sa.select(sa.func.count()).select_from(Step)) == 1


def test_only_an_officer_confirms(make: Make, sign_in, home, now, session) -> None:
    leader = make.user(Role.LEADER, area=home.area)
    place = url(home, person=home.residents[0])
    assert sign_in(leader).post(place, data=fields(evidence="confirmed")).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 0


def test_another_areas_cases_are_none_of_ones_business(make, sign_in, home, now, session) -> None:
    step = make.step(home.residents[0], now)
    stranger = sign_in(make.user(Role.OFFICER))
    for path in (f"/help/cases/{step.case_id}", f"/help/homes/{home.id}", url(home)):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(url(home, person=home.residents[0]), data=fields()).status_code == 404
    assert stranger.post(f"/help/steps/{step.id}/undo").status_code == 404
    assert home.address not in stranger.get("/help").text


def test_a_child_has_no_vneid_page(make: Make, sign_in, officer, home, now) -> None:
    client = sign_in(officer)
    assert client.get(url(home, person=home.residents[1])).status_code == 404
    assert client.get(url(home, "nothing")).status_code == 404
    assert client.get(f"/help/homes/{home.id}/vneid_l2/x").status_code == 404
    assert "Chưa đủ tuổi" in client.get(f"/help/homes/{home.id}").text


def test_the_funnel_counts_by_state_and_evidence_and_opens_its_list(
    make, sign_in, officer, home, now
) -> None:
    for evidence in (Evidence.DECLARED, Evidence.OBSERVED, Evidence.OBSERVED):
        person = make.home_of(home.area, 1970).residents[0]
        make.step(person, now, state="captured", evidence=evidence)
    client = sign_in(officer)
    assert "3 trường hợp" in client.get("/help").text
    found = client.get("/help?programme=vneid_l2&state=captured&evidence=observed").text
    assert found.count("/help/cases/") == 2


def test_the_worklist_pages_and_costs_the_same_whatever_its_length(
    make, sign_in, officer, now, queries
) -> None:
    counts = []
    client = sign_in(officer)
    for more in (1, 55):
        for _ in range(more):
            make.step(make.home_of(officer.area, 1970).residents[0], now, state="captured")
        queries.clear()
        page = client.get("/help?q=ly thuong").text
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "page=2" in page


def test_a_case_that_moved_while_the_desk_was_writing_is_a_clash(
    make: Make, sign_in, officer, home, now
) -> None:
    make.step(home.residents[0], now, state="activated")
    answer = sign_in(officer).post(url(home, person=home.residents[0]), data=fields())
    assert answer.status_code == 409
    assert "có người vừa ghi" in answer.text
