"""No double benefit: the same person is found across teams, and nothing else is."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.models import Role, User
from outreach.assistance.models import Case, Channel, Evidence
from outreach.assistance.queries.benefits import earlier, giving
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.core.settings import Settings
from outreach.households.models import Household
from outreach.identity import rules, services
from outreach.identity.models import PersonKey
from outreach.identity.rules import Keys
from outreach.web import Outreach, create_app
from tests.factories import Make

PEPPER, OLD, SHARED = "p" * 40, "o" * 40, "s" * 40
NUMBER = "087084000999"


@pytest.fixture
def app(settings: Settings) -> Iterator[Outreach]:
    """The site with a pepper and a key shared with partners."""
    app = create_app(replace(settings, identity_pepper=PEPPER, exchange_key=SHARED))
    yield app
    app.db.dispose()


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


def give(make: Make, home: Household, actor: User, now, *states: str) -> None:
    """The bank account of the home's first resident, opened by a team."""
    for state in states or ("interested", "opened"):
        one = Help(programme="bank_account", resident_id=home.residents[0].id, to_state=state,
                   evidence=Evidence.OBSERVED)  # fmt: skip
        at = Circumstances(form_id=uuid4(), channel=Channel.HOME, happened_at=now)
        if state == "opened":
            case = make.session.scalars(
                sa.select(Case).where(Case.resident_id == home.residents[0].id)
            ).one()
            case.state = "submitted"
        record_steps(make.session, home.id, [one], at, actor=actor, now=now)
        make.session.commit()


def fields(move: str, **more: str) -> dict[str, str]:
    return {
        "form_id": str(uuid4()), "move": move, "stop_reason": "", "evidence": "observed",
        "channel": "desk", "day": "2026-11-20", "note": "", **more,
    }  # fmt: skip


def url(home: Household) -> str:
    return f"/help/homes/{home.id}/bank_account/{home.residents[0].id}"


@pytest.fixture
def elsewhere(make: Make, now) -> Household:
    """Somebody whom another team of another commune gave an account."""
    other = make.user(Role.OFFICER)
    home = make.named_home(make.neighbourhood(other.area), "Đặng Thị Lan", 1960)
    give(make, home, other, now)
    return home


@pytest.fixture
def here(make: Make, officer) -> Household:
    return make.named_home(make.neighbourhood(officer.area), "ĐẶNG THỊ LAN", 1960)


def test_a_namesake_of_the_same_year_is_asked_about_and_may_be_passed(
    sign_in, officer, here, elsewhere, now
) -> None:
    client = sign_in(officer)
    answer = client.post(url(here), data=fields("opened"))
    assert answer.status_code == 409
    assert "đã được tổ khác hỗ trợ" in answer.text
    for private in (elsewhere.address, str(elsewhere.id), elsewhere.area.name + " "):
        assert private not in answer.text
    checked = fields("opened", double_checked="y")
    assert client.post(url(here), data=checked).status_code == 303


def test_the_same_number_is_refused_to_a_leader_and_decided_by_an_officer(
    make: Make, sign_in, officer, here, elsewhere, now, session
) -> None:
    here.residents[0].search_key = "dang lan"
    session.commit()
    keys = Keys(PEPPER)
    for home in (elsewhere, here):
        services.remember(session, home.residents[0], NUMBER, keys, actor=officer, now=now)
    session.commit()
    leader = sign_in(make.user(Role.LEADER, area=here.area))
    answer = leader.post(url(here), data=fields("opened", double_checked="y"))
    assert answer.status_code == 409
    assert "Người này đã được tổ khác hỗ trợ" in answer.text
    assert "Đã được tổ khác hỗ trợ" in leader.get(f"/help/homes/{here.id}").text
    office = sign_in(officer)
    assert office.post(url(here), data=fields("opened")).status_code == 409
    assert office.post(url(here), data=fields("opened", double_checked="y")).status_code == 303


def test_numbers_that_differ_tell_namesakes_apart(
    sign_in, officer, here, elsewhere, now, session
) -> None:
    for home, number in ((elsewhere, NUMBER), (here, "087084000111")):
        services.remember(session, home.residents[0], number, Keys(PEPPER), actor=officer, now=now)
    session.commit()
    assert sign_in(officer).post(url(here), data=fields("opened")).status_code == 303


@pytest.mark.parametrize("change", ["year", "name", "undone", "same home", "no benefit"])
def test_nobody_else_is_stopped(
    make: Make, sign_in, officer, here, elsewhere, now, session, change
) -> None:
    move = "opened"
    if change == "year":
        here.residents[0].birth_year = 1961
    elif change == "name":
        here.residents[0].search_key = "dang thi lanh"
    elif change == "undone":
        from outreach.assistance.models import Step

        session.execute(sa.update(Step).values(undone_at=now))
    elif change == "same home":
        elsewhere.residents[0].household_id = here.id
        session.execute(sa.update(Case).values(household_id=here.id))
    else:
        move = "interested"
    session.commit()
    assert sign_in(officer).post(url(here), data=fields(move)).status_code == 303


def test_the_volunteers_page_warns_without_a_script_and_offline(
    make: Make, sign_in, elsewhere, now
) -> None:
    walk = make.walk(1)
    home = walk.homes[0]
    make.session.add(home)
    resident = make.named_home(home.area, "Đặng Thị Lan", 1960).residents[0]
    resident.household_id = home.id
    make.saved(resident)
    page = sign_in(walk.volunteer).get(f"/stops/{walk.stops[0].id}").text
    assert "cùng tên, cùng năm sinh đã được tổ khác hỗ trợ" in page


def test_the_days_pack_of_a_phone_knows_a_person_by_number_under_another_name(
    make: Make, sign_in, officer, elsewhere, now, session
) -> None:
    walk = make.walk(1)
    resident = make.named_home(walk.homes[0].area, "Trần Thị Mới Cưới", 1971).residents[0]
    resident.household_id = walk.homes[0].id
    make.saved(resident)
    for person in (resident, elsewhere.residents[0]):
        services.remember(session, person, NUMBER, Keys(PEPPER), actor=officer, now=now)
    session.commit()
    said = "Đã được tổ khác hỗ trợ"
    client = sign_in(walk.volunteer)
    assert said in client.get(f"/stops/{walk.stops[0].id}").text
    kept = client.get("/today/pack").text
    assert said in kept
    assert NUMBER not in kept
    assert rules.of_number(PEPPER, NUMBER) not in kept


def test_a_number_is_nowhere_once_it_was_typed(
    make: Make, sign_in, officer, here, now, session, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    client = sign_in(officer)
    place = f"/identity/{here.residents[0].id}"
    for typed in ("087 084 000 999", "08708400099", "O87084000999"):
        answer = client.post(place, data={"number": typed})
        assert answer.status_code == (303 if typed == "087 084 000 999" else 422)
        assert typed not in answer.text
    row = session.scalars(sa.select(PersonKey)).one()
    assert row.digest == rules.of_number(PEPPER, NUMBER)
    assert NUMBER not in caplog.text
    assert "000 999" not in caplog.text
    for table in PersonKey.metadata.sorted_tables:
        for stored in session.execute(sa.select(table)):
            assert NUMBER not in repr(stored), table.name


def test_a_site_without_a_pepper_asks_for_no_number(
    settings: Settings, make: Make, here, officer
) -> None:
    app = create_app(settings)
    client = app.test_client()
    token = make.device_token(officer)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    for method in ("get", "post"):
        path = f"/identity/{here.residents[0].id}"
        assert getattr(client, method)(path, data={"number": NUMBER}).status_code == 404
    assert "/identity/" not in client.get(f"/help/homes/{here.id}").text
    app.db.dispose()


def test_a_new_pepper_finds_numbers_kept_under_the_one_before(
    make: Make, officer, here, elsewhere, now, session
) -> None:
    old = services.remember(
        session, elsewhere.residents[0], NUMBER, Keys(OLD), actor=officer, now=now
    )
    session.flush()
    turned = Keys(PEPPER, before=OLD)
    services.remember(session, here.residents[0], NUMBER, turned, actor=officer, now=now)
    session.flush()
    session.refresh(old)
    assert (old.digest, old.pepper) == (rules.of_number(PEPPER, NUMBER), rules.label(PEPPER))
    [found] = earlier(session, here.residents).values()
    assert [(one.programme, one.sure) for one in found] == [("bank_account", True)]


def test_partners_compare_lists_without_names_or_numbers(
    make: Make, sign_in, officer, here, elsewhere, now, session
) -> None:
    keys = Keys(PEPPER, shared=SHARED)
    services.remember(session, elsewhere.residents[0], NUMBER, keys, actor=officer, now=now)
    session.commit()
    office = sign_in(make.user(Role.ADMINISTRATOR))
    answer = office.post("/partners/compare/list")
    assert answer.status_code == 200
    for private in ("Lan", "lan", "1960", NUMBER, elsewhere.address):
        assert private not in answer.text
    assert rules.of_number(SHARED, NUMBER) in answer.text
    # the other site knows nobody who was helped; the list tells it
    session.execute(sa.delete(PersonKey))
    session.execute(sa.update(Case).values(programme="vneid_l2", state="captured"))
    session.commit()
    sent = {"source": "Ngân hàng A", "sheet": (io.BytesIO(answer.data), "digests.csv")}
    assert office.post("/partners/compare", data=sent).status_code == 303
    [found] = earlier(session, here.residents).values()
    assert [(one.programme, one.sure) for one in found] == [("bank_account", False)]
    services.remember(session, here.residents[0], NUMBER, keys, actor=officer, now=now)
    session.commit()
    [found] = earlier(session, here.residents).values()
    assert [(one.programme, one.sure) for one in found] == [("bank_account", True)]
    session.commit()
    stopped = sign_in(officer).post(url(here), data=fields("opened"))
    assert stopped.status_code == 409


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"outreach-digests-1,00000000,\n", b"\xff\xfe",
        f"outreach-digests-1,{rules.label(SHARED)},\nprogramme,told,digest\nx,name,1\n".encode(),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_whole(make: Make, sign_in, content) -> None:
    office = sign_in(make.user(Role.ADMINISTRATOR))
    sent = {"source": "A", "sheet": (io.BytesIO(content), "d.csv")}
    assert office.post("/partners/compare", data=sent).status_code == 422


def test_a_short_pepper_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        Settings.from_env({"OUTREACH_IDENTITY_PEPPER": "short"})


@pytest.mark.once
def test_what_gives_something_is_said_by_the_definitions() -> None:
    assert "handed_over" in giving()["device_2g4g"]
    assert "opened" in giving()["bank_account"]


@pytest.mark.once
@given(st.text(alphabet="0123456789", min_size=12, max_size=12),
       st.text(alphabet="0123456789", min_size=12, max_size=12))  # fmt: skip
def test_digests_are_the_same_for_the_same_number_and_key_only(one: str, other: str) -> None:
    assert (rules.of_number(PEPPER, one) == rules.of_number(PEPPER, other)) is (one == other)
    assert rules.of_number(PEPPER, one) != rules.of_number(OLD, one)
    assert rules.of_number(PEPPER, one) != rules.of_name(PEPPER, one, 1960)
    assert one not in rules.of_number(PEPPER, one)
