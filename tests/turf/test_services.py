"""Cutting turf, keeping it stable, putting names on it, importing it."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from outreach.core.errors import Conflict, Refusal
from outreach.turf import geojson, queries, services, shapes
from outreach.turf.models import CutState, Kind, TurfCut, TurfHome
from tests.conftest import NOW
from tests.factories.rounds import METRE, MIDDLE
from tests.rounds.worlds import ZONE
from tests.turf.grounds import Ground


def test_a_proposal_changes_nothing_until_it_is_accepted(ground: Ground) -> None:
    homes = ground.homes(12) + ground.homes(12, area=1)
    proposed = ground.propose(parts=4)
    assert ground.held() == {}
    assert proposed.figures["new"] == 24
    assert ground.accept(proposed) == 0
    assert set(ground.held()) == {home.id for home in homes}
    assert len(ground.turfs()) == 4


def test_a_turf_keeps_within_its_neighbourhood_and_the_work_is_even(ground: Ground) -> None:
    first, second = ground.homes(12), ground.homes(12, area=1)
    ground.cut(parts=4)
    held = ground.held()
    assert not {held[h.id] for h in first} & {held[h.id] for h in second}
    minutes = [turf.minutes for turf in ground.turfs()]
    assert max(minutes) <= 1.15 * sum(minutes) / len(minutes)


def test_with_fewer_turfs_than_neighbourhoods_none_is_divided(ground: Ground) -> None:
    ground.homes(6)
    ground.homes(9, area=1)
    assert len(ground.cut(parts=1)) == 1
    assert len(set(ground.held().values())) == 1


def test_a_home_without_a_point_goes_with_the_address_next_to_it(ground: Ground) -> None:
    for n in range(1, 9):
        ground.make.home(ground.areas[0], address=f"{n} Nguyễn Trãi", east=n * 40)
    lost = ground.make.home(ground.areas[0], address="3A Nguyễn Trãi", east=None)
    proposed = ground.propose(parts=2, area_ids=(ground.areas[0].id,))
    assert proposed.figures["no_point"] == 1
    ground.accept(proposed)
    held = ground.held()
    near = next(
        h for h in ground.session.scalars(sa.select(type(lost))) if h.address == "3 Nguyễn Trãi"
    )
    assert held[lost.id] == held[near.id]


def test_evening_out_moves_few_homes_and_holders_keep_their_turf(ground: Ground) -> None:
    ground.homes(30)
    one, two, three = ground.cut(parts=3, area_ids=(ground.areas[0].id,))
    ground.give(one, ground.members[0])
    before = ground.held()
    for n in range(6):  # more work at one end
        ground.make.home(ground.areas[0], east=-40 * (n + 1))
    proposed = ground.propose(Kind.EVENED, area_ids=(ground.areas[0].id,))
    assert proposed.figures["new"] == 6
    assert proposed.figures["moved"] <= 8
    assert proposed.figures["even"] <= 1.15
    ground.accept(proposed)
    after = ground.held()
    assert sum(after[home] != turf for home, turf in before.items()) == proposed.figures["moved"]
    assert {t.id for t in ground.turfs()} == {one.id, two.id, three.id}
    kept = next(t for t in ground.turfs() if t.id == one.id)
    assert [h.user_id for h in kept.holders] == [ground.members[0].user_id]


def test_a_cut_anew_gives_each_turf_the_name_it_shares_most_homes_with(ground: Ground) -> None:
    ground.homes(40)
    ground.cut(parts=4, area_ids=(ground.areas[0].id,))
    before = ground.held()
    proposed = ground.propose(Kind.FRESH, 4, area_ids=(ground.areas[0].id,))
    assert proposed.figures["moved"] == 0
    ground.accept(proposed)
    assert ground.held() == before
    fewer = ground.propose(Kind.FRESH, 3, area_ids=(ground.areas[0].id,))
    ground.accept(fewer)
    assert len(ground.turfs()) == 3
    moved = sum(ground.held()[home] != turf for home, turf in before.items())
    assert moved == fewer.figures["moved"]
    assert moved <= 24


def test_homes_that_come_later_join_the_nearest_turf_and_nobody_elses_moves(ground: Ground) -> None:
    ground.homes(10)
    ground.cut(parts=2, area_ids=(ground.areas[0].id,))
    before = ground.held()
    new = ground.make.home(ground.areas[0], east=9 * 40 + 10)
    assert queries.in_none(ground.session, ground.team) == 1
    assert services.refresh(ground.session, ground.team, now=NOW, zone=ZONE) == 1
    assert services.refresh(ground.session, ground.team, now=NOW, zone=ZONE) == 0
    ground.session.commit()
    held = ground.held()
    assert {home: held[home] for home in before} == before
    last = max(before, key=lambda id_: ground.session.get_one(type(new), id_).longitude or 0)
    assert held[new.id] == held[last]


def test_an_old_proposal_cannot_be_accepted_after_another(ground: Ground) -> None:
    ground.homes(10)
    old = ground.propose(parts=2)
    ground.accept(ground.propose(parts=3))
    with pytest.raises(Conflict):
        services.accept(ground.session, old, actor=ground.leader, now=NOW, zone=ZONE)
    ground.session.rollback()
    states = ground.session.scalars(sa.select(TurfCut.state)).all()
    assert sorted(states) == [CutState.ACCEPTED, CutState.DISCARDED]


def test_the_database_itself_refuses_a_home_in_two_turfs_of_a_team(ground: Ground) -> None:
    ground.homes(6)
    turfs = ground.cut(parts=2, area_ids=(ground.areas[0].id,))
    home, turf = next(iter(ground.held().items()))
    other = next(t for t in turfs if t.id != turf)
    ground.session.add(TurfHome(team_id=ground.team.id, household_id=home, turf_id=other.id))
    with pytest.raises(sa.exc.IntegrityError):
        ground.session.flush()
    ground.session.rollback()


def test_people_of_other_teams_cannot_be_given_a_turf_nor_three_at_once(ground: Ground) -> None:
    ground.homes(6)
    turf = ground.cut(parts=1)[0]
    stranger = ground.make.user()
    for people in ([stranger.id], [member.user_id for member in ground.members]):
        with pytest.raises(Refusal):
            services.assign(ground.session, turf, people, actor=ground.leader, now=NOW)
    ground.session.rollback()


def square(west: float, east: float, **properties) -> dict[str, object]:
    """Metres east of the middle."""
    west, east = (MIDDLE[1] + m * METRE * 1.0184 for m in (west, east))
    south, north = MIDDLE[0] - 0.01, MIDDLE[0] + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file(*features: dict[str, object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_polygons_drawn_elsewhere_become_turfs_with_their_names(ground: Ground) -> None:
    homes = ground.homes(10)
    content = file(square(-20, 190, name="Xóm chợ"), square(170, 340, name="Xóm đình"))
    cut = services.propose_drawn(
        ground.session, ground.team, geojson.read(content), actor=ground.leader, now=NOW, zone=ZONE
    )
    ground.session.commit()
    assert (cut.figures["outside"], cut.figures["twice"]) == (1, 0)
    ground.accept(cut)
    held, names = ground.held(), {t.id: t.name for t in ground.turfs()}
    assert [names[held[h.id]] for h in homes] == ["Xóm chợ"] * 5 + ["Xóm đình"] * 5
    again = json.dumps(shapes.outlines(ground.session, ground.team)).encode()
    back = services.propose_drawn(
        ground.session, ground.team, geojson.read(again), actor=ground.leader, now=NOW, zone=ZONE
    )
    assert back.figures["moved"] == 0
    ground.session.commit()
