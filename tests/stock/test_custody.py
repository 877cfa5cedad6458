"""Each device is in exactly one place, whoever does what: by the database, not by good will."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.core.errors import Refusal
from outreach.stock import queries, services
from outreach.stock.models import Handset, Kind, Movement, Place, PlaceKind
from outreach.stock.services import places
from outreach.teams.models import Position
from outreach.web import Outreach
from tests.conftest import NOW
from tests.factories import Make

#: Of every device: the movements that no other has left behind, and gaps in its chain.
_OPEN = (
    sa.select(Handset.id, sa.func.count(Movement.id))
    .outerjoin(Movement, sa.and_(Movement.device_id == Handset.id, Movement.next_number.is_(None)))
    .group_by(Handset.id)
)


def sound(app: Outreach, devices: int) -> None:
    """Exactly one place for each device, and a chain without gaps that leads there."""
    with app.db.transaction(read_only=True) as session:
        assert {n for _id, n in session.execute(_OPEN)} <= {1}
        assert session.scalar(sa.select(sa.func.count()).select_from(Handset)) == devices
        for (device_id,) in session.execute(sa.select(Handset.id)):
            chain = session.scalars(
                sa.select(Movement).where(Movement.device_id == device_id).order_by(Movement.number)
            ).all()
            assert [one.number for one in chain] == list(range(1, len(chain) + 1))
            for one, following in pairwise(chain):
                assert following.from_place_id == one.to_place_id
                assert one.next_number == following.number
            assert chain[-1].next_number is None


# --- what the database itself refuses ------------------------------------------------------
def row(device_id: uuid.UUID, number: int, origin: Place, to: Place, actor: User, **other: Any):
    given_: dict[str, Any] = {
        "id": uuid.uuid4(), "device_id": device_id, "number": number,
        "previous_number": number - 1 if number > 1 else None, "next_number": None,
        "from_place_id": origin.id, "to_place_id": to.id, "happened_at": NOW,
        "recorded_at": NOW, "actor_id": actor.id, "received": "not_needed", "note": "",
    }  # fmt: skip
    return sa.insert(Movement).values(**{**given_, **other})


def refused(make: Make, *statements: Any) -> bool:
    """Whether the database refuses these together, at the latest at the commit."""
    session = make.session
    session.info["audited"] = True
    try:
        for statement in statements:
            session.execute(statement)
        session.commit()
    except IntegrityError:
        session.rollback()
        return True
    session.rollback()
    return False


def test_the_database_refuses_two_places_no_place_and_gaps(make: Make, now) -> None:
    team = make.team()
    (device,) = make.devices(team, at="team")
    officer, session = make.officer_of(team), make.session
    store = places.store(session, device.area_id)
    at_team, lost = places.team(session, team.id), places.lost(session)
    bag = places.bag(session, officer.id, team.id)
    session.commit()
    last = sa.update(Movement).where(Movement.device_id == device.id, Movement.number == 2)
    on = row(device.id, 3, at_team, bag, officer)
    # a second way out of a place that was left, or of one that does not say that it was left
    assert refused(make, row(device.id, 2, store, lost, officer))
    assert refused(make, on)
    # left for nowhere, left by two numbers, begun where it never was, a number skipped
    assert refused(make, last.values(next_number=3))
    assert refused(make, last.values(next_number=4), row(device.id, 4, at_team, bag, officer))
    assert refused(make, last.values(next_number=3), row(device.id, 3, store, lost, officer))
    assert refused(make, row(device.id, 3, at_team, bag, officer, previous_number=None))
    # a link taken out, or the last one reopened while a next one is there
    assert refused(make, sa.delete(Movement).where(Movement.device_id == device.id))
    first = sa.update(Movement).where(Movement.device_id == device.id, Movement.number == 1)
    assert refused(make, first.values(next_number=None))
    # a device that never came from anywhere
    nowhere = sa.insert(Handset).values(
        id=uuid.uuid4(), first_number=1, kind="old", model="x", search_key="x", funder="",
        accessories="", condition="used", area_id=device.area_id, created_at=NOW,
    )  # fmt: skip
    assert refused(make, nowhere)
    # and takes the right way
    assert not refused(make, last.values(next_number=3), on)


def test_the_database_refuses_a_second_device_with_a_number_and_a_new_one_without(
    make: Make, now
) -> None:
    team = make.team()
    one, other = make.devices(team, 2)
    change = sa.update(Handset).where(Handset.id == other.id)
    assert refused(make, change.values(imei=one.imei))
    assert refused(make, change.values(imei=None))
    assert refused(make, sa.update(Place).where(Place.kind == "store").values(area_id=None))


# --- random histories of two people --------------------------------------------------------
WHICH = st.integers(0, 4)
ACTS = ("team", "bag", "home", "back", "lose", "find", "recycle", "receive")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), WHICH, st.integers(0, 1)), max_size=40)


@pytest.fixture
def world(app: Outreach, make: Make, now) -> Callable[..., None]:
    """Acts of an officer (0) and a leader (1) on five devices, each in a transaction."""
    team = make.team()
    leader = make.member(team, position=Position.LEADER).user
    officer = make.officer_of(team)
    volunteer = make.member(team).user
    home = make.home_of(team.area, 1950)
    ids = sorted(one.id for one in make.devices(team, 4))
    bag = places.bag(make.session, volunteer.id, team.id)
    old = services.take_in_old(
        make.session, home.id, bag, area=make.commune_of(team), imei=None, name="A",
        form_id=uuid.uuid4(), happened_at=NOW, actor=volunteer, now=NOW,
    )  # fmt: skip
    make.session.commit()
    ids.append(old.id)
    actors = [officer.id, leader.id]
    facts = (team.id, volunteer.id, home.id)
    make.session.rollback()

    def act(what: str, which: int, who: int) -> None:
        with app.db.transaction() as session:
            actor = session.get_one(User, actors[who])
            _act(session, what, ids[which], actor, facts)

    return act


def _act(session: Any, what: str, id_: uuid.UUID, actor: User, facts: tuple[Any, ...]) -> None:
    team_id, volunteer_id, home_id = facts
    by: dict[str, Any] = {"actor": actor, "now": NOW}
    if what == "team":
        services.give_to_team(session, [id_], team_id, **by)
    elif what == "bag":
        services.give_to_bag(session, [id_], team_id, volunteer_id, **by)
    elif what == "home":
        device = queries.device_in_scope(session, id_, actor=actor)
        services.move(session, device, places.home(session, home_id), **by)
    elif what == "back":
        services.take_back(session, id_, **by)
    elif what == "lose":
        services.lose(session, id_, reason="rơi ngoài chợ", **by)
    elif what == "find":
        services.find_again(session, id_, note="", **by)
    elif what == "recycle":
        services.send_away(session, id_, to_recycler=True, name="Việt Nam Tái Chế", **by)
    else:
        services.receive_on_word(session, id_, **by)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.generate, Phase.shrink),
    database=None,
)
@given(steps=STEPS)
def test_whatever_two_people_do_each_device_is_in_one_place(app, world, steps) -> None:
    for what, which, who in steps:
        try:
            world(what, which, who)
            event(f"{what} done")
        except Refusal:
            event(f"{what} refused")
    sound(app, 5)


def test_two_people_who_give_the_same_phone_away_at_once(app: Outreach, make: Make, now) -> None:
    """Real threads with connections of their own: one gets it, the other is told; never both."""
    team = make.team()
    officer = make.officer_of(team)
    ids = [one.id for one in make.devices(team, 6, at="team")]
    bags = [make.member(team).user.id for _ in range(2)]
    facts = (officer.id, team.id)
    make.session.rollback()
    for _round in range(3):
        results: list[object] = []
        together = threading.Barrier(2)

        def give(user_id: uuid.UUID, results=results, together=together) -> None:
            together.wait()
            for id_ in ids:
                try:
                    with app.db.transaction() as session:
                        actor = session.get_one(User, facts[0])
                        services.give_to_bag(
                            session, [id_], facts[1], user_id, actor=actor, now=NOW
                        )
                    results.append(id_)
                except Refusal as refusal:
                    results.append(refusal)

        threads = [threading.Thread(target=give, args=(bag,)) for bag in bags]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        given_ = [one for one in results if isinstance(one, uuid.UUID)]
        assert sorted(given_) == sorted(ids)
        assert len(results) == 2 * len(ids)
        sound(app, 6)
        for id_ in ids:
            with app.db.transaction() as session:
                actor = session.get_one(User, facts[0])
                services.take_back(session, id_, actor=actor, now=NOW)


def test_places_are_made_once(make: Make, now) -> None:
    team = make.team()
    assert places.team(make.session, team.id).id == places.team(make.session, team.id).id
    assert places.lost(make.session).kind is PlaceKind.LOST
    assert {Kind.OLD, Kind.SMARTPHONE, Kind.FEATURE_4G} == set(Kind)
