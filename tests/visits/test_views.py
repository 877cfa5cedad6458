from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.assistance.models import Case, Evidence, Step
from outreach.core.db import Session
from outreach.rounds.models import State
from outreach.visits.models import Outcome, Report
from tests.factories import Make
from tests.factories.visits import Walk

JSON = {"Accept": "application/json"}


def fields(now: datetime, **given: object) -> dict[str, object]:
    """What the page sends."""
    return {
        "report_id": str(uuid4()),
        "made_at": now.isoformat(),
        "form_version": "1",
        "outcome": "met",
        **given,
    }


def send(client: FlaskClient, walk: Walk, data: dict[str, object], *, at: int = 0, **options):
    return client.post(f"/stops/{walk.stops[at].id}/report", data=data, **options)


def hidden(page: str, form: str) -> dict[str, str]:
    """The fields a browser without JavaScript would send with the form that has this text."""
    found = next(part for part in page.split("<form")[1:] if form in part.split("</form>")[0])
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found))


def test_the_day_shows_the_route_in_walking_order(make: Make, sign_in, now: datetime) -> None:
    walk = make.walk(4, phones=True)
    page = sign_in(walk.volunteer).get("/today").text
    places = [page.index(home.head_name) for home in walk.homes]
    assert places == sorted(places)
    assert "0/4" in page
    assert page.count('href="tel:+84') == 4
    assert 'class="stop next"' in page


def test_the_day_counts_homes_and_not_reports(
    make: Make, sign_in, now: datetime, session: Session
) -> None:
    walk = make.walk(3)
    for outcome in (Outcome.NOBODY_HOME, Outcome.MET):
        make.report(walk.homes[0], walk.volunteer, now, outcome, stop=walk.stops[0])
    make.report(walk.homes[1], walk.volunteer, now, stop=walk.stops[1], undone_at=now)
    page = sign_in(walk.volunteer).get("/today").text
    assert "1/3" in page
    assert "2 báo cáo" in page


def test_a_day_without_a_route_says_so_and_offers_the_nearest(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    page = client.get("/today?day=2026-11-22").text
    assert "Ngày này không có tuyến" in page
    assert "/today?day=2026-11-21" in page
    assert client.get("/today?day=nonsense").status_code == 200


def test_a_route_that_is_not_published_is_not_shown(make: Make, sign_in, now) -> None:
    walk = make.walk(state=State.PROPOSED)
    page = sign_in(walk.volunteer).get("/today").text
    assert "đang được chuẩn bị" in page
    assert walk.homes[0].head_name not in page


def test_the_day_takes_the_same_queries_for_one_home_and_for_35(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    few, many = (
        make.walk(1, announced=True, phones=True),
        make.walk(35, announced=True, phones=True),
    )
    counts = []
    for walk in (few, many):
        client = sign_in(walk.volunteer)
        queries.clear()
        client.get("/today")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_the_card_shows_who_lives_there_the_code_and_what_happened_last(
    make: Make, sign_in, now: datetime
) -> None:
    walk = make.walk(announced=True, phones=True)
    home = walk.homes[0]
    long_ago = now - timedelta(days=20)
    make.report(home, make.user(name="Lê Thị Hoa"), long_ago, Outcome.NOBODY_HOME)
    page = sign_in(walk.volunteer).get(f"/stops/{walk.stops[0].id}").text
    for person in home.residents:
        assert person.name in page
    assert "Lê Thị Hoa" in page
    assert "Đọc mã này ở cửa" in page
    assert "không bao giờ hỏi mã OTP" in page


def test_the_card_takes_the_same_queries_whatever_happened_before(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    plain, busy = make.walk(2), make.walk(20, born=(1950, 1960, 1980, 2001), phones=True)
    for _ in range(8):
        make.report(busy.homes[0], make.user(), now, stop=busy.stops[0])
    for person in busy.homes[0].residents:
        make.step(person, now, programme="bank_account", state="submitted")
    counts = []
    for walk in (plain, busy):
        client = sign_in(walk.volunteer)
        queries.clear()
        client.get(f"/stops/{walk.stops[0].id}")
        counts.append(len(queries))
    assert counts[0] <= counts[1] <= counts[0] + 1 <= 11


@pytest.mark.parametrize("who", ["mate", "other_leader"])
def test_strangers_see_no_card(make: Make, sign_in, now, who: str) -> None:
    walk, other = make.walk(), make.walk()
    stranger = make.member(walk.team).user if who == "mate" else other.leader
    assert sign_in(stranger).get(f"/stops/{walk.stops[0].id}").status_code == 403
    assert sign_in(walk.leader).get(f"/stops/{walk.stops[0].id}").status_code == 200


def test_nobody_home_is_one_post_and_leads_to_the_next_home_with_an_undo(
    make: Make, sign_in, now, session: Session
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    page = client.get(f"/stops/{walk.stops[0].id}").text
    data: dict[str, object] = {**hidden(page, "nobody_home"), "outcome": "nobody_home"}
    answer = send(client, walk, data)
    assert answer.status_code == 303
    assert f"/stops/{walk.stops[1].id}?logged=" in answer.location
    following = client.get(answer.location).text
    assert "Hoàn tác" in following
    undone = client.post(f"/reports/{data['report_id']}/undo")
    assert undone.location.endswith(f"/stops/{walk.stops[0].id}")
    assert session.scalars(sa.select(Report)).one().undone_at == now


def test_after_the_last_home_comes_the_day(make: Make, sign_in, now) -> None:
    walk = make.walk(2)
    client = sign_in(walk.volunteer)
    first = send(client, walk, fields(now, outcome="refused"), at=1)
    assert str(walk.stops[0].id) in first.location
    last = send(client, walk, fields(now), at=0)
    assert last.location.startswith("/today?logged=")
    assert "Cảm ơn" in client.get(last.location).text


def test_the_same_form_again_is_answered_the_same(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now)
    first, again = send(client, walk, data), send(client, walk, data)
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_program_gets_a_receipt(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now, latitude="10.9", longitude="106.7", accuracy_m="12.5")
    first, again = (send(client, walk, data, headers=JSON) for _ in range(2))
    assert first.json == again.json
    assert first.json == {"report_id": data["report_id"], "stored_at": now.isoformat()}


def test_the_same_id_for_another_home_is_a_conflict_that_says_what_to_do(
    make: Make, sign_in, now
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now)
    send(client, walk, data)
    answer = send(client, walk, data, at=1)
    assert answer.status_code == 409
    assert "Hãy ghi lại" in answer.text
    assert data["report_id"] not in answer.text
    program = send(client, walk, data, at=1, headers=JSON)
    assert (program.status_code, "Hãy ghi lại" in program.json["error"]) == (409, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "dancing"),
        ("outcome", ""),
        ("report_id", "7"),
        ("report_id", ""),
        ("made_at", "yesterday"),
        ("made_at", "2026-11-21T09:00:00"),
        ("form_version", "0"),
        ("latitude", "91"),
        ("note", "a" * 501),
        ("note", "CCCD 087084000999"),
        ("note", "mã OTP 482 913"),
        ("note", "thẻ 9704 3689 1234 5678"),
    ],
)
def test_a_bad_report_says_what_is_wrong_and_stores_nothing(
    make: Make, sign_in, now, field: str, value: str
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    given = fields(now, latitude="10", longitude="106") | {field: value}
    page = send(client, walk, given)
    assert page.status_code == 422
    assert "Chưa lưu gì cả" in page.text
    program = send(client, walk, given, headers=JSON)
    assert program.status_code == 422
    assert program.json["errors"][field]
    assert make.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 0


@pytest.mark.parametrize(
    "name",
    ["help.nothing.home", "help.vneid_l2.home", "help.vneid_l2.7", "help.device_2g4g.home"],
)
def test_damaged_help_is_refused(make: Make, sign_in, now, session, name: str) -> None:
    walk = make.walk()
    answer = send(sign_in(walk.volunteer), walk, fields(now, **{name: "flying"}), headers=JSON)
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 0


def test_help_for_two_people_arrives_with_one_form(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    one, two = (person.id for person in walk.homes[0].residents)
    given = fields(
        now,
        **{
            f"help.vneid_l2.{one}": "activated",
            f"at.vneid_l2.{one}": "",
            f"help.bank_account.{one}": "channel_chosen.branch",
            f"help.vneid_l2.{two}": "captured",
            f"told.{two}": "1",
            f"help.bank_account.{two}": "",
            "help.device_2g4g.home": "already_has_smartphone",
            f"halt.{two}": "bank_account",
            f"reason.{two}": "refused",
        },
    )
    assert send(sign_in(walk.volunteer), walk, given).status_code == 303
    cases = {(c.programme, c.resident_id): c for c in session.scalars(sa.select(Case))}
    assert cases["bank_account", one].variant == "branch"
    assert cases["vneid_l2", two].evidence is Evidence.DECLARED
    assert cases["bank_account", two].stop_reason == "refused"
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 5


def test_a_clash_shows_the_card_again_with_what_is_possible_now(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    client = sign_in(walk.volunteer)
    send(client, walk, fields(now, **{f"help.vneid_l2.{person.id}": "activated"}))
    given = fields(now, **{f"help.vneid_l2.{person.id}": "captured"}, note="Dặn mang căn cước")
    answer = send(client, walk, given)
    assert answer.status_code == 409
    assert "có người vừa ghi" in answer.text
    assert "Dặn mang căn cước" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_4g_feature_phone_never_completes_vneid(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    client = sign_in(walk.volunteer)
    for state in ("eligible", "listed", "device_reserved", "handed_over.feature_4g"):
        given = fields(now, **{"help.device_2g4g.home": state})
        assert send(client, walk, given).status_code == 303
    given = fields(now, **{f"help.vneid_l2.{person}": "activated"})
    answer = send(client, walk, given)
    assert answer.status_code == 422
    assert "4G phím bấm" in answer.text


def test_the_day_page_of_35_homes_weighs_at_most_60_kb_in_all(
    make: Make, sign_in, now, app
) -> None:
    walk = make.walk(35, born=(1950, 1955, 1980, 2001), announced=True, phones=True)
    client = sign_in(walk.volunteer)
    for path in ("/today", f"/stops/{walk.stops[0].id}"):
        assert weight(client, path) <= 60_000, path


def weight(client: FlaskClient, path: str) -> int:
    """Bytes of a page with everything it asks for, as they travel."""
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(path, headers=packed)
    plain = client.get(path).text
    total = len(page.data)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', plain))
    base = next(one for one in parts if one.endswith("js/main.js")).removesuffix("main.js")
    parts |= {base + name for name in ("report.js", "locate.js", "autosubmit.js")}
    for part in parts:
        total += len(client.get(part, headers=packed).data)
    return total


def test_officers_do_not_walk(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(make.user(Role.OFFICER, area=walk.team.area))
    assert send(client, walk, fields(now)).status_code == 403


def test_leaders_find_the_reports_behind_a_number(make: Make, sign_in, now, session) -> None:
    walk, other = make.walk(), make.walk()
    person = walk.homes[0].residents[0].id
    send(sign_in(walk.volunteer), walk, fields(now, **{f"help.vneid_l2.{person}": "captured"}))
    send(sign_in(walk.volunteer), walk, fields(now, outcome="nobody_home"), at=1)
    send(sign_in(other.volunteer), other, fields(now))
    client = sign_in(walk.leader)
    for asked, count in [
        ("", 2),
        ("outcome=met", 1),
        ("programme=vneid_l2", 1),
        ("programme=bank_account", 0),
        (f"volunteer={walk.volunteer.id}&from=2026-11-21&to=2026-11-21", 2),
        (f"team={walk.team.id}", 2),
        (f"team={other.team.id}", 0),
        ("from=2026-11-22", 0),
        ("parallel=1", 0),
        ("undone=1", 0),
        ("outcome=dancing&page=x", 2),
    ]:
        assert f"{count} báo cáo" in client.get(f"/visits?{asked}").text, asked


def test_a_leader_sees_both_reports_and_takes_one_back(make, sign_in, now, session) -> None:
    walk = make.walk()
    first = fields(now, outcome="nobody_home")
    send(sign_in(walk.volunteer), walk, first)
    leader = sign_in(walk.leader)
    send(leader, walk, fields(now))
    assert "2 báo cáo" in leader.get("/visits?parallel=1").text
    answer = leader.post(f"/reports/{first['report_id']}/undo", data={"back": "list"})
    assert answer.location.endswith("/visits")
    assert "0 báo cáo" in leader.get("/visits?parallel=1").text


def test_the_list_of_reports_costs_the_same_whatever_its_length(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    walk, counts = make.walk(12), []
    client = sign_in(walk.leader)
    for homes in (walk.homes[:1], walk.homes[1:] * 5):
        for home in homes:
            make.report(home, walk.volunteer, now)
        queries.clear()
        page = client.get("/visits").text
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "page=2" in page
