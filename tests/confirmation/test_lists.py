"""Lists of agencies: nothing before it is confirmed, all of it at once, all of it back."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.models import Case, Channel, Evidence, Step
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.confirmation.models import AgencyList
from outreach.core.audit import AuditEntry
from outreach.households.models import Household
from outreach.places.models import Area
from tests.factories import Make
from tests.households.books import csv_file, xlsx_file

HEAD = ["STT", "Họ và tên", "Năm sinh", "Địa chỉ", "SĐT", "Số CCCD"]


@pytest.fixture
def ward(make: Make) -> Area:
    return make.area()


@pytest.fixture
def officer(make: Make, ward: Area) -> User:
    return make.user(Role.OFFICER, area=ward)


def person(make: Make, ward: Area, name: str, year: int = 1960, address: str = "") -> Household:
    return make.named_home(make.neighbourhood(ward), name, year, address=address)


def send(client, rows, said: str = "vneid_l2.activated", *, name: str = "ds.xlsx", **more: str):
    content = (xlsx_file if name.endswith("xlsx") else csv_file)([HEAD, *rows])
    fields = {
        "agency": "police",
        "said": said,
        "day": "2026-11-20",
        "reference": "Công văn 12/CAP",
        **more,
    }
    return client.post("/help/lists", data={**fields, "sheet": (io.BytesIO(content), name)})


def uploaded(client, ward: Area, rows, said: str = "vneid_l2.activated", **more: str) -> str:
    answer = send(client, rows, said, area_id=str(ward.id), **more)
    assert answer.status_code == 303, re.findall(r'class="error[^>]*>[^<]*', answer.text)
    return str(answer.headers["Location"])


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def moved(session, home: Household, to_state: str, evidence=Evidence.OBSERVED, **more) -> None:
    actor = more.pop("actor")
    helps = [Help(programme="vneid_l2", resident_id=home.residents[0].id, to_state=to_state,
                  evidence=evidence)]  # fmt: skip
    at = more.pop("at")
    circumstances = Circumstances(form_id=uuid4(), channel=Channel.HOME, happened_at=at)
    record_steps(session, home.id, helps, circumstances, actor=actor, now=at)
    session.commit()


def test_a_list_is_looked_at_confirmed_and_taken_back(
    make: Make, ward, officer, sign_in, now, session
) -> None:
    lan = person(make, ward, "Đặng Thị Lan")
    tu = person(make, ward, "Hồ Văn Tự", 1971)
    moved(session, lan, "captured", actor=officer, at=now - timedelta(days=3))
    client = sign_in(officer)
    rows = [
        [1, "DANG THI LAN", 1960, "", "", "087060000999"],
        [2, "Hồ Văn Tự", "01/02/1971", "", "", ""],
        [3, "Tôn Nữ Không Có", 1950, "", "", ""],
        [4, "", 1950, "7 Lê Lợi", "", ""],
    ]
    place = uploaded(client, ward, rows)
    page = client.get(place).text
    assert "Đặng Thị Lan" in page
    assert "Tôn Nữ Không Có" in page
    assert "087060000999" not in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 1
    session.commit()

    assert client.post(f"{place}/confirm", data={"seen": seen(page)}).status_code == 303
    session.expire_all()
    states = {
        c.resident_id: (c.state, c.evidence, c.steps) for c in session.scalars(sa.select(Case))
    }
    assert states[lan.residents[0].id] == ("activated", Evidence.CONFIRMED, 2)
    assert states[tu.residents[0].id] == ("activated", Evidence.CONFIRMED, 1)
    acts = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "agency_list.confirmed")
    )
    assert [act.facts["confirmed"] for act in acts] == [2]
    session.commit()
    assert "2" in client.get(place).text
    assert client.post(f"{place}/confirm").status_code == 409
    session.commit()

    assert client.post(f"{place}/undo").status_code == 303
    session.expire_all()
    left = {c.resident_id: (c.state, c.evidence) for c in session.scalars(sa.select(Case))}
    assert left[lan.residents[0].id] == ("captured", Evidence.OBSERVED)
    assert left[tu.residents[0].id] == (None, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 3  # nothing is erased
    session.commit()
    assert client.post(f"{place}/undo").status_code == 409


def test_what_was_recorded_since_survives_the_undoing(
    make: Make, ward, officer, sign_in, now, session
) -> None:
    lan = person(make, ward, "Đặng Thị Lan")
    client = sign_in(officer)
    place = uploaded(client, ward, [[1, "Đặng Thị Lan", 1960, "", "", ""]])
    client.post(f"{place}/confirm")
    moved(session, lan, "in_use", actor=officer, at=now)
    assert client.post(f"{place}/undo").status_code == 303
    session.expire_all()
    assert session.scalars(sa.select(Case)).one().state == "in_use"


def test_doubts_are_shown_side_by_side_and_only_a_choice_confirms(
    make: Make, ward, officer, sign_in, now, session
) -> None:
    one = person(make, ward, "Đặng Thị Lan", address="1 Cô Giang")
    two = person(make, ward, "Đặng Thị Lan", address="9 Lê Lợi")
    client = sign_in(officer)
    rows = [[1, "Đặng Thị Lan", 1960, "", "", ""]]
    place = uploaded(client, ward, rows, name="ds.csv")
    page = client.get(place).text
    assert "1 Cô Giang" in page
    assert "9 Lê Lợi" in page
    assert client.post(f"{place}/confirm", data={"seen": seen(page)}).status_code == 409
    # the second line of the file; somebody who was never offered is not confirmed
    stranger = person(make, ward, "Lê Văn Xa")
    wrong = {"pick.2": str(stranger.residents[0].id)}
    assert client.post(f"{place}/confirm", data=wrong).status_code == 409
    assert (
        client.post(f"{place}/confirm", data={"pick.2": str(two.residents[0].id)}).status_code
        == 303
    )
    assert session.scalars(sa.select(Case.resident_id)).all() == [two.residents[0].id]
    assert one.residents[0].id != two.residents[0].id


def test_a_register_that_changed_since_the_look_is_looked_at_again(
    make: Make, ward, officer, sign_in, now, session
) -> None:
    lan = person(make, ward, "Đặng Thị Lan")
    person(make, ward, "Hồ Văn Tự", 1971)
    client = sign_in(officer)
    place = uploaded(
        client, ward, [[1, "Đặng Thị Lan", 1960, "", "", ""], [2, "Hồ Văn Tự", 1971, "", "", ""]]
    )
    print_ = seen(client.get(place).text)
    lan.residents[0].left_at = now
    session.commit()
    assert client.post(f"{place}/confirm", data={"seen": print_}).status_code == 409
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 0


def test_each_line_says_why_it_may_not_be_confirmed(
    make: Make, ward, officer, sign_in, now, session
) -> None:
    further = person(make, ward, "Đặng Thị Lan")
    moved(session, further, "in_use", actor=officer, at=now - timedelta(days=1))
    done = person(make, ward, "Hồ Văn Tự", 1971)
    moved(session, done, "activated", Evidence.CONFIRMED, actor=officer, at=now - timedelta(days=1))
    person(make, ward, "Trịnh Bé Út", 2021)
    old_phone = person(make, ward, "Lương Văn Cạn", 1955)
    make.session.add(Case(programme="device_2g4g", household_id=old_phone.id, state="handed_over",
                          evidence=Evidence.OBSERVED, variant="feature_4g", opened_at=now,
                          moved_at=now, steps=1))  # fmt: skip
    make.session.commit()
    client = sign_in(officer)
    rows = [
        [1, "Đặng Thị Lan", 1960, "", "", ""],
        [2, "Hồ Văn Tự", 1971, "", "", ""],
        [3, "Trịnh Bé Út", 2021, "", "", ""],
        [4, "Lương Văn Cạn", 1955, "", "", ""],
    ]
    page = client.get(uploaded(client, ward, rows, "vneid_l2.activated")).text
    assert "Chưa đủ tuổi" in page
    assert "điện thoại phổ thông 4G" in page
    assert "đi xa hơn" in page


def test_lists_stay_in_their_area_and_with_officers(
    make: Make, ward, officer, sign_in, now
) -> None:
    person(make, ward, "Đặng Thị Lan")
    place = uploaded(sign_in(officer), ward, [[1, "Đặng Thị Lan", 1960, "", "", ""]])
    stranger = sign_in(make.user(Role.OFFICER))
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/confirm").status_code == 404
    assert send(stranger, [[1, "A B", 1960, "", "", ""]], area_id=str(ward.id)).status_code == 422
    assert sign_in(make.user(Role.LEADER, area=ward)).get("/help/lists").status_code == 403


@pytest.mark.parametrize(
    "given",
    [
        {"said": "vneid_l2.flying"},
        {"said": "tthc_assist.submitted"},
        {"said": "bank_account.channel_chosen.branch"},
        {"day": "2026-11-25"},
        {"reference": "stk 0123456789012"},
    ],
)
def test_what_no_list_can_say_is_refused(make: Make, ward, officer, sign_in, now, given) -> None:
    fields = {"said": "vneid_l2.activated", "area_id": str(ward.id), **given}
    said = fields.pop("said")
    assert send(sign_in(officer), [[1, "A B", 1960, "", "", ""]], said, **fields).status_code == 422


def test_a_file_is_forgotten_after_a_day(
    make: Make, ward, officer, sign_in, set_clock, now, session
) -> None:
    person(make, ward, "Đặng Thị Lan")
    client = sign_in(officer)
    place = uploaded(client, ward, [[1, "Đặng Thị Lan", 1960, "", "", ""]])
    set_clock(now + timedelta(days=2))
    uploaded(client, ward, [[1, "Đặng Thị Lan", 1960, "", "", ""]])
    assert client.get(place).status_code == 409
    kept = session.scalars(sa.select(AgencyList.content).order_by(AgencyList.uploaded_at)).all()
    assert kept[0] is None
    assert date(2026, 11, 20)


def test_a_large_list_takes_no_more_queries_than_a_small_one(
    make: Make, ward, officer, sign_in, now, queries: list[str]
) -> None:
    homes = [person(make, ward, f"Đặng Thị L{chr(97 + n)}n", 1940 + n) for n in range(12)]
    client = sign_in(officer)
    counts = []
    for part in (homes[:1], homes[1:]):
        rows = [[n, h.residents[0].name, h.residents[0].birth_year, "", "", ""]
                for n, h in enumerate(part)]  # fmt: skip
        place = uploaded(client, ward, rows)
        queries.clear()
        client.post(f"{place}/confirm")
        counts.append(len(queries))
    assert counts[0] == counts[1]
