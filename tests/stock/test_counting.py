"""The end of the day: each bag counts to zero difference, or says which number is missing."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from outreach.stock import queries, rules
from outreach.stock import services as custody
from outreach.stock.models import Count, PlaceKind
from outreach.teams.models import Position
from tests.conftest import NOW
from tests.factories import Make
from tests.phone.sending import kept
from tests.swaps.sending import told
from tests.visits.sending import JSON


def test_a_bag_counts_to_zero_or_names_what_is_missing(make: Make, sign_in, session, now) -> None:
    team = make.team()
    volunteer = make.member(team).user
    one, two = make.devices(team, 2, at="bag", user=volunteer)
    leader = sign_in(make.member(team, position=Position.LEADER).user)
    client = sign_in(volunteer)
    assert "Hôm nay chưa kiểm" in leader.get("/stock/bags").text
    data = kept(now, device=[str(one.id)])
    for turn in range(2):
        answer = client.post("/today/bag", data=data, headers=JSON)
        assert answer.json["missing"] == [two.imei]
        assert answer.json["receipt"]["again"] is bool(turn)
    assert client.post("/today/bag", data={**data, "device": []}, headers=JSON).status_code == 409
    page = leader.get("/stock/bags").text
    assert "Thiếu 1" in page
    assert rules.spoken(two.imei) in client.get("/today/bag").text
    both = kept(now, device=[str(one.id), str(two.id)])
    assert client.post("/today/bag", data=both).status_code == 303
    assert "chênh lệch bằng 0" in client.get("/today/bag").text
    assert "Chênh lệch bằng 0" in leader.get("/stock/bags").text
    assert "Thiếu" not in leader.get("/stock/bags").text
    counts = session.scalars(sa.select(Count)).all()
    assert sorted(len(count.missing) for count in counts) == [0, 1]


def test_a_hand_over_that_arrives_after_the_count_leaves_no_difference(
    make: Make, sign_in, session, now
) -> None:
    walk = make.walk(1)
    one, two = make.devices(walk.team, 2, at="bag", user=walk.volunteer)
    make.approved(walk.homes[0])
    home = walk.homes[0].id
    client, leader = sign_in(walk.volunteer), walk.leader
    client.post("/today/bag", data=kept(now, device=[str(one.id)]), headers=JSON)
    (bag,) = queries.bags(session, actor=leader)
    assert [row.device.id for row in bag.missing] == [two.id]
    data = told(two.imei)
    session.rollback()
    assert client.post(f"/homes/{home}/swap", data=data, headers=JSON).status_code == 200
    (bag,) = queries.bags(session, actor=leader)
    assert list(bag.missing) == []
    assert [row.device.id for row in bag.devices] == [one.id]


def test_damaged_counts_store_nothing_and_a_strangers_phone_is_not_counted(
    make: Make, sign_in, session, now
) -> None:
    team = make.team()
    volunteer = make.member(team).user
    (mine,) = make.devices(team, at="bag", user=volunteer)
    (other,) = make.devices(team, at="bag", user=make.member(team).user)
    client = sign_in(volunteer)
    answer = client.post("/today/bag", data=kept(now, device=["x"]), headers=JSON)
    assert answer.status_code == 422
    ids = [str(other.id), str(uuid4())]
    answer = client.post("/today/bag", data=kept(now, device=ids), headers=JSON)
    assert answer.json["missing"] == [mine.imei]


def test_the_whole_way_is_told_with_every_hand(make: Make, sign_in, session, now) -> None:
    walk = make.walk(1)
    (device,) = make.devices(walk.team, at="bag", user=walk.volunteer)
    make.approved(walk.homes[0])
    home, leader = walk.homes[0].id, walk.leader
    client = sign_in(walk.volunteer)
    assert (
        client.post(f"/homes/{home}/swap", data=told(device.imei), headers=JSON).status_code == 200
    )
    chain = queries.history(session, device)
    kinds = [one.to_place.kind for one in reversed(chain)]
    assert kinds == [PlaceKind.STORE, PlaceKind.TEAM, PlaceKind.BAG, PlaceKind.HOME]
    assert chain[-1].from_place.kind is PlaceKind.FUNDER
    session.rollback()
    page = sign_in(leader).get(f"/stock/devices/{device.id}").text
    for name in (walk.volunteer.name, "Viettel", "Biên bản bàn giao"):
        assert name in page
    session.rollback()
    custody.take_back(session, device.id, faulty=True, actor=leader, now=NOW)
    session.commit()
    assert "Bị lỗi" in sign_in(leader).get(f"/stock/devices/{device.id}").text
