from __future__ import annotations

import gzip
from datetime import timedelta
from zoneinfo import ZoneInfo

from outreach.rounds import queries as rounds
from outreach.rounds import services as editing
from tests.factories import Make

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def edit(session, walk, now) -> editing.Edit:
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    return editing.Edit(session, round_, revision=None, actor=walk.leader, now=now, zone=ZONE)


def test_the_pack_holds_the_own_route_until_midnight(make: Make, sign_in, now) -> None:
    walk = make.walk(35, born=(1950, 1955, 1980, 2001), announced=True, phones=True)
    stranger = make.walk()
    answer = sign_in(walk.volunteer).get("/today/pack")
    pack = answer.json
    assert [one["id"] for one in pack["stops"]] == [str(stop.id) for stop in walk.stops]
    cards = [f"/stops/{stop.id}" for stop in walk.stops]
    homes = [f"/homes/{home.id}" for home in walk.homes]
    day = ["/today", "/today/bag", "/today/end", "/today/practice", "/today/absent", "/homes/new"]
    assert sorted(pack["pages"]) == sorted([*day, *cards, *homes])
    assert pack["expires_at"] == "2026-11-21T17:00:00+00:00"
    assert str(stranger.stops[0].id) not in answer.text
    assert stranger.homes[0].head_name not in answer.text
    assert len(gzip.compress(answer.data)) < 60_000


def test_a_phone_hears_of_two_more_homes_and_one_less(make: Make, sign_in, now, session) -> None:
    walk = make.walk(4)
    mate = make.member(walk.team).user
    others = make.walked_route(
        walk.team, mate, [make.home_of(walk.team.area, 1950) for _ in range(3)],
        day=walk.route.round.day, round_=walk.route.round,
    )  # fmt: skip
    for stop in [*walk.stops, *others.stops]:
        stop.household.latitude, stop.household.longitude = 10.9, 106.7
    session.commit()
    client = sign_in(walk.volunteer)
    before = client.get("/today").headers["Outreach-Route"]
    same = client.get(f"/today/changes?since={before}").json
    assert (same["version"], same["summary"]) == (before, "+0 −0")
    came, gone = others.stops[:2], walk.stops[1]
    later = now + timedelta(minutes=5)
    for stop in came:
        editing.move_stop(edit(session, walk, later), stop.id, walk.route.id, None)
    editing.remove_stop(edit(session, walk, later), gone.id)
    session.commit()
    told = client.get(f"/today/changes?since={before}").json
    assert told["version"] != before
    assert told["summary"] == "+2 −1"
    assert {one["stop_id"] for one in told["added"]} == {str(stop.id) for stop in came}
    assert [(one["name"], one["household_id"]) for one in told["removed"]] == [
        (gone.household.head_name, str(gone.household_id))
    ]
    assert client.get(f"/today/changes?since={told['version']}").json["summary"] == "+0 −0"
    # the other one hears the opposite, and nonsense is no version
    theirs = sign_in(mate)
    assert theirs.get(f"/today/changes?since={before}").json["summary"] == "+0 −2"
    for nonsense in ("", "x", "9" * 40, "²"):
        assert theirs.get(f"/today/changes?since={nonsense}").json["summary"] == "+0 −0"


def test_a_withdrawn_round_takes_every_home_away(make: Make, sign_in, now, session) -> None:
    walk = make.walk(3)
    client = sign_in(walk.volunteer)
    before = client.get("/today").headers["Outreach-Route"]
    round_ = rounds.in_scope(session, walk.route.round_id, actor=walk.leader)
    editing.withdraw(session, round_, actor=walk.leader, now=now + timedelta(minutes=1))
    session.commit()
    assert client.get(f"/today/changes?since={before}").json["summary"] == "+0 −3"
