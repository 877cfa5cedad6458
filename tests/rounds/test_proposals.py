"""Proposals: worked out beside the plan, accepted whole or not at all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from outreach.core import audit
from outreach.core.errors import Conflict, NotFound
from outreach.core.errors import NotFound as Gone
from outreach.rounds import queries, services
from outreach.rounds.models import Mode, Planning, Proposal, Round, State, Step
from outreach.rounds.services import Terms
from tests.conftest import NOW
from tests.rounds.worlds import ZONE, World, at


@pytest.fixture
def round_(world: World, now) -> Round:
    world.homes(10)
    return world.publish(world.plan())


def found(world: World, round_: Round, proposal: Proposal) -> queries.Diff:
    seen = queries.diff(world.session, round_, proposal, zone=ZONE)
    world.session.commit()
    return seen


@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_changes_before_a_proposal_is_accepted(world: World, round_: Round, mode) -> None:
    before, revision = world.walked(round_), round_.revision
    proposal = world.propose(round_, Terms(mode))
    assert proposal.ready_at is not None
    assert (world.walked(round_), round_.revision, round_.state) == (
        before, revision, State.PUBLISHED,
    )  # fmt: skip


def test_filling_gaps_takes_in_a_home_and_leaves_everybody_elses_order(
    world: World, round_: Round, make
) -> None:
    before = world.walked(round_)
    new = make.home(world.area, east=630)
    proposal = world.propose(round_, Terms(Mode.FILL))
    seen = found(world, round_, proposal)
    assert (seen.added, seen.moved, seen.dropped) == (1, 0, [])
    (changed,) = seen.changed
    assert [move.household.id for move in changed.comes] == [new.id]
    assert changed.after.work_s > changed.before.work_s
    assert world.accept(round_, proposal)
    after = world.walked(round_)
    assert after[changed.route.id].count(new.id) == 1
    for id_, homes in after.items():
        assert [home for home in homes if home != new.id] == before[id_]
    assert queries.proposal_of(world.session, round_) is None


def test_what_is_accepted_takes_as_many_minutes_as_was_shown(
    world: World, round_: Round, make
) -> None:
    make.home(world.area, east=630)
    proposal = world.propose(round_, Terms(Mode.LEAST))
    shown = {one.route.id: one.after for one in found(world, round_, proposal).routes}
    assert world.accept(round_, proposal)
    for route in world.routes(round_):
        assert (route.work_s, route.walking_s, len(route.stops)) == (
            shown[route.id].work_s, shown[route.id].walking_s, shown[route.id].homes,
        )  # fmt: skip


def test_a_proposal_for_a_round_that_changed_is_not_applied_but_asked_for_anew(
    world: World, round_: Round
) -> None:
    proposal = world.propose(round_, Terms.ill(world.routes(round_)[0].id))
    stop = world.routes(round_)[1].stops[0]
    services.lock_stop(world.edit(round_), stop.id, locked=True)
    world.session.commit()
    before = world.walked(round_)
    assert not world.accept(round_, proposal)
    assert world.walked(round_) == before
    again = queries.proposal_of(world.session, round_)
    assert again is not None
    assert again.id != proposal.id
    assert (again.ready_at, again.absent_route_id) == (None, proposal.absent_route_id)
    assert world.session.scalars(sa.select(Planning)).one().proposal_id == again.id


def test_a_change_while_it_is_thought_about_has_it_thought_about_again(
    world: World, round_: Round, monkeypatch
) -> None:
    asked = services.ask

    def change_first(session, planning_id, **rest):
        told = asked(session, planning_id, **rest)
        monkeypatch.setattr(services, "ask", asked)
        with world.db.transaction() as other:
            mine = other.get_one(Round, round_.id)
            edit = services.Edit(other, mine, revision=None, actor=world.leader, now=NOW, zone=ZONE)
            services.lock_route(edit, edit.picture.routes[0].id, locked=True)
        return told

    monkeypatch.setattr(services, "ask", change_first)
    services.propose(world.session, round_, Terms(), actor=world.leader, now=NOW)
    world.session.commit()
    world.plan_due()
    proposal = queries.proposal_of(world.session, round_)
    assert proposal is not None
    assert proposal.ready_at is not None
    assert proposal.revision == round_.revision
    locked = world.routes(round_)[0]
    assert str(locked.volunteer_id) not in {w["walker"] for w in proposal.answer["walks"]}


def test_a_thrown_away_proposal_is_gone_and_nothing_changed(world: World, round_: Round) -> None:
    before = world.walked(round_)
    proposal = world.propose(round_, Terms(Mode.FREE))
    services.throw_away(world.session, round_, actor=world.leader, now=NOW)
    services.throw_away(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    with pytest.raises(Gone):
        world.accept(round_, proposal)
    world.session.rollback()
    assert world.walked(round_) == before
    said = [e.action for e in audit.of_subject(world.session, round_)]
    assert said.count("round.proposal_dropped") == 1


def test_a_proposal_replaces_the_one_before(world: World, round_: Round) -> None:
    first = world.propose(round_, Terms(Mode.FILL))
    second = world.propose(round_, Terms(Mode.FREE))
    with pytest.raises(NotFound):
        world.accept(round_, first)
    world.session.rollback()
    assert world.accept(round_, second)


def test_one_that_is_not_ready_cannot_be_accepted(world: World, round_: Round) -> None:
    proposal = services.propose(world.session, round_, Terms(), actor=world.leader, now=NOW)
    world.session.commit()
    with pytest.raises(Conflict):
        world.accept(round_, proposal)


def test_locked_stops_routes_and_full_people_are_respected(world: World, now) -> None:
    world.members.append(world.make.member(world.team))
    world.members.append(world.make.member(world.team))
    world.homes(16)
    round_ = world.publish(world.plan())
    locked, full, pinning, _free = world.routes(round_)
    pinned = pinning.stops[-1]
    services.lock_route(world.edit(round_), locked.id, locked=True)
    services.fill_route(world.edit(round_), full.id, full=True)
    services.lock_stop(world.edit(round_), pinned.id, locked=True)
    world.session.commit()
    for n in range(6):
        world.make.home(world.area, east=30 + n * 60, north=20)
    before = world.walked(round_)
    assert world.accept(round_, world.propose(round_, Terms(Mode.FREE)))
    after = world.walked(round_)
    assert after[locked.id] == before[locked.id]
    assert len(after[full.id]) <= len(before[full.id])
    assert pinned.household_id in after[pinning.id]
    assert sum(map(len, after.values())) == 22


def test_homes_added_by_hand_stay_although_nothing_is_missing_there(
    world: World, round_: Round, make
) -> None:
    content = make.content_home(world.area, east=90)
    services.add_home(world.edit(round_), content.id, None)
    world.session.commit()
    assert world.accept(round_, world.propose(round_, Terms(Mode.LEAST)))
    assert content.id in {stop.household_id for stop in world.stops(round_)}


def test_an_accepted_proposal_can_be_undone(world: World, round_: Round) -> None:
    before = world.walked(round_)
    ill = world.routes(round_)[0]
    assert world.accept(round_, world.propose(round_, Terms.ill(ill.id)))
    assert world.walked(round_) != before
    assert services.undo(world.edit(round_)) == "round.proposal_accepted"
    world.session.commit()
    assert world.walked(round_) == before
    assert world.routes(round_)[0].absent_at is None


def test_planning_the_round_itself_forgets_the_proposal(world: World, now) -> None:
    world.homes(4)
    round_ = world.plan()
    world.propose(round_, Terms())
    world.plan(round_)
    assert queries.proposal_of(world.session, round_) is None


def test_only_a_round_that_can_be_changed_gets_proposals(world: World, round_: Round) -> None:
    round_.state = State.CLOSED
    with pytest.raises(Conflict):
        services.propose(world.session, round_, Terms(), actor=world.leader, now=NOW)


def test_a_promise_broken_by_hand_is_shown_as_kept_again_by_a_proposal(
    world: World, make, now
) -> None:
    homes = world.homes(6)
    make.appointment(homes[0], at(8.1), minutes=20)
    world.members = world.members[:1]
    round_ = world.plan()
    (route,) = world.routes(round_)
    stop = next(s for s in route.stops if s.household_id == homes[0].id)
    services.move_stop(world.edit(round_), stop.id, route.id, 6)
    world.session.commit()
    seen = found(world, round_, world.propose(round_, Terms(Mode.FREE)))
    assert [move.household.id for one in seen.changed for move in one.mends] == [homes[0].id]
    assert seen.total("broken") == (1, 0)


def test_when_the_day_is_closed_nothing_is_left_to_accept_or_undo(
    world: World, round_: Round, set_clock
) -> None:
    services.lock_stop(world.edit(round_), world.stops(round_)[0].id, locked=True)
    world.session.commit()
    world.propose(round_, Terms())
    services.close(world.session, round_, actor=world.leader, now=at(11.5), zone=ZONE)
    world.session.commit()
    assert queries.proposal_of(world.session, round_) is None
    assert queries.last_step(world.session, round_) is None
    assert world.session.scalars(sa.select(Step)).all() == []
