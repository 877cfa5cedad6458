from __future__ import annotations

from tests.factories import Make
from tests.visits.sending import fields, send


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
