"""Programmes changed by an administrator in the browser: small forms, the text, versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.assistance import catalogue, labels
from outreach.assistance.queries import definitions as queries
from outreach.core.db import Session
from tests.assistance.test_definitions import BASE, RENAMED, TEXT, case_in, composed
from tests.factories import Make

# --- pages ------------------------------------------------------------------------------


@pytest.fixture
def office(sign_in, admin: User) -> FlaskClient:
    found: FlaskClient = sign_in(admin)
    return found


def at(version: int, what: str, **fields: Any) -> dict[str, Any]:
    return {f"{what}-based_on": version, **{f"{what}-{k}": v for k, v in fields.items()}}


def test_every_page_of_every_programme_opens(office: FlaskClient, sign_in, make: Make) -> None:
    reader = sign_in(make.user(Role.OFFICER))
    for code in catalogue.programmes():
        for path in ("", "/text", "/history"):
            assert office.get(f"/help/programmes/{code}{path}").status_code == 200
    assert reader.get("/help/programmes").status_code == 200
    assert "Thêm trạng thái" not in reader.get("/help/programmes/health_book").text
    assert office.get("/help/programmes/nothing").status_code == 404


ONE = "/help/programmes/health_book"
CHANGES: dict[str, dict[str, Any]] = {
    "state": {
        "code": "asked_again",
        "vi": "Đã hỏi lại",
        "after": ["explained"],
        "leads_to": ["enabled"],
        "status": "in_progress",
        "evidence": ["declared"],
        "instead_of": "",
    },
    "move": {"start": "enabled", "state": "explained"},
    "unmove": {"start": "explained", "state": "used_at_clinic"},
    "line": {"state": "enabled", "vi": "Đã mở sổ", "en": "Opened it"},
    "clock": {
        "code": "again",
        "vi": "Hỏi lại",
        "states": ["explained"],
        "days": 3,
        "unit": "working",
        "warn": 1,
        "owner": "leader",
        "then": "enabled",
    },
    "reason": {"code": "clinic_refused", "vi": "Phòng khám không nhận", "shared": ""},
    "never": {"vi": "Kết quả xét nghiệm", "en": "Test results"},
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_each_small_form_makes_a_version_that_works(
    office: FlaskClient, session: Session, what: str
) -> None:
    address = f"/help/programmes/health_book/change/{what}"
    assert office.post(address, data=at(BASE, what, **CHANGES[what])).status_code == 303
    found = composed(session).programmes["health_book"]
    assert found.version == BASE + 1
    page = office.get("/help/programmes/health_book").text
    assert str(CHANGES[what].get("vi", "Đã bật sổ sức khỏe")) in page
    assert office.get("/help/programmes/health_book/history").status_code == 200
    assert found.states["explained"].label == "Explained"  # what was not touched is as it was


def test_a_state_may_take_anothers_place_with_its_cases(
    office: FlaskClient, make: Make, session: Session, now: datetime
) -> None:
    case = case_in(make, session, now, "explained")
    given = {**CHANGES["state"], "after": [], "leads_to": [], "instead_of": "explained"}
    answer = office.post(f"{ONE}/change/state", data=at(BASE, "state", **given))
    assert answer.status_code == 303
    session.refresh(case)
    assert case.state == "asked_again"


def test_a_small_form_that_would_break_the_programme_says_why(
    office: FlaskClient, session: Session
) -> None:
    given = {**CHANGES["state"], "leads_to": []}
    answer = office.post(f"{ONE}/change/state", data=at(BASE, "state", **given))
    assert answer.status_code == 422
    assert "không dẫn đến đâu" in answer.text
    assert queries.how_many(session) == 0


def test_a_form_made_from_an_older_version_is_refused(office: FlaskClient, save) -> None:
    save(TEXT)
    answer = office.post(f"{ONE}/change/never", data=at(BASE, "never", vi="x"))
    assert answer.status_code == 409


def test_a_text_is_shown_before_it_is_stored(
    office: FlaskClient, make: Make, session: Session, now: datetime
) -> None:
    case_in(make, session, now, "explained")
    given = {"based_on": BASE, "text": RENAMED, "note": "Đổi mã"}
    shown = office.post("/help/programmes/health_book/text", data={**given, "preview": "1"})
    assert shown.status_code == 200
    assert "1 trường hợp chuyển từ explained" in shown.text
    assert queries.how_many(session) == 0
    session.rollback()
    stored = office.post("/help/programmes/health_book/text", data={**given, "save": "1"})
    assert stored.status_code == 303
    assert queries.how_many(session) == 1
    session.rollback()
    past = office.get("/help/programmes/health_book/history").text
    assert "Đổi mã" in past
    back = office.post("/help/programmes/health_book/restore", data={"version": BASE})
    assert back.status_code == 422  # the case would stand nowhere


def test_words_are_changed_in_both_languages(office: FlaskClient, session: Session) -> None:
    given = {"based_on": BASE, "vi.states.enabled": "Đã mở sổ", "en.states.enabled": "Opened"}
    assert office.post("/help/programmes/health_book/labels", data=given).status_code == 303
    with catalogue.using(composed(session)):
        assert labels.state("health_book", "enabled") == "Đã mở sổ"


def test_a_programme_of_the_offices_own_can_be_used_at_once(
    office: FlaskClient, session: Session, sign_in, make: Make, now: datetime
) -> None:
    given = {"vi": "Ứng dụng Công dân số", "code": "city_app", "scope": "person", "pillar": ""}
    assert office.post("/help/programmes/new", data=given).status_code == 303
    home = make.home_of(make.neighbourhood(), 1950)
    page = office.get(f"/help/homes/{home.id}").text
    assert "Ứng dụng Công dân số" in page
    assert office.post("/help/programmes/new", data=given).status_code == 422


def test_secrets_stay_out_of_definitions(office: FlaskClient) -> None:
    given = at(BASE, "never", vi="Số 087084000999")
    answer = office.post(f"{ONE}/change/never", data=given)
    assert answer.status_code == 422
    named = {"based_on": BASE, "vi.label": "087084000999"}
    assert office.post("/help/programmes/health_book/labels", data=named).status_code == 422
