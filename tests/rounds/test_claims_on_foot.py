"""Homes taken with a tap are walked to and timed as those of a plan."""

from __future__ import annotations

from pathlib import Path

from outreach.rounds import services
from outreach.routing.streets import cache, shelf
from outreach.turf.models import WalkingFactor
from tests import extracts
from tests.conftest import NOW
from tests.rounds.test_claims import stops, take
from tests.turf.grounds import Ground


def test_a_claim_walks_as_a_plan_would(ground: Ground, tmp_path: Path) -> None:
    """On what was learned of the area, and on streets once there are some."""
    comb = [extracts.spot(n * 60, 0) for n in range(4)]
    for at, home in zip(comb, ground.homes(4), strict=True):
        home.latitude, home.longitude = at
    learned = WalkingFactor(area_id=ground.areas[0].id, factor=2.0, walks=50, learned_at=NOW)
    ground.session.add(learned)
    ground.cut(parts=1)
    guess = take(ground, ground.members[0], spot=comb[0], most=4)
    assert (guess.detour_factor, guess.figures["walking"]["source"]) == (2.0, "learned")
    on_lines = [stop.arrives_s for stop in stops(ground, guess)]
    services.give_back(ground.session, guess, actor=ground.members[0].user, now=NOW)
    folder = ground.session.info["streets"]
    path = extracts.comb(tmp_path / "comb.osm.pbf")
    shelf.put(folder, path, cache.opened(path, folder))
    walked = take(ground, ground.members[1], spot=comb[0], most=4)
    assert walked.figures["walking"]["source"] == "streets"
    on_streets = [stop.arrives_s for stop in stops(ground, walked)]
    assert on_streets[-1] - on_lines[-1] > 3 * 100 / 1.2  # 300 m to the next door, not 120
