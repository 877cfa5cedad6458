from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Invitation, Role, User
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, NotFound, Refusal
from outreach.places.models import Area
from outreach.teams import queries, services
from outreach.teams.models import DayAvailability, Member, Position, Skill, Team
from outreach.teams.services import Place, TeamFacts
from tests.conftest import NOW
from tests.factories import Make

TODAY = date(2026, 11, 21)
NEW = "+84905550001"


class World:
    """A ward with a team of its quarter, and everybody who may want something of it."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.ward: Area = make.area()
        self.quarter = make.neighbourhood(self.ward)
        self.team: Team = make.team(self.quarter)
        self.leader: User = make.member(self.team, position=Position.LEADER).user
        self.officer = make.user(Role.OFFICER, area=self.ward)
        self.boss = make.user(Role.ADMINISTRATOR)
        self.stranger: User = make.member(make.team(), position=Position.LEADER).user


@pytest.fixture
def world(make: Make) -> World:
    return World(make)


def take_in(
    session: Session,
    world: World,
    actor: User,
    *,
    phone: str = NEW,
    name: str = "Lê Văn Đạt",
    place: Place | None = None,
) -> services.Joined:
    joined = services.take_in(
        session,
        world.team,
        phone=phone,
        name=name,
        place=place or Place(),
        actor=actor,
        now=NOW,
        today=TODAY,
    )
    session.flush()
    return joined


# --- teams ---------------------------------------------------------------------------------


def test_the_office_sets_up_teams_in_its_area_and_nobody_else_does(
    session: Session, world: World
) -> None:
    facts = TeamFacts("Tổ 10 Bình Minh", world.quarter.id, "125/QĐ-UBND", date(2025, 8, 8))
    team = services.add_team(session, facts, actor=world.officer, now=NOW)
    assert (team.search_key, team.area) == ("to 10 binh minh", world.quarter)
    with pytest.raises(NotAllowed):
        services.add_team(session, facts, actor=world.leader, now=NOW)
    elsewhere = TeamFacts("X", world.make.area().id)
    with pytest.raises(NotFound):
        services.add_team(session, elsewhere, actor=world.officer, now=NOW)
    with pytest.raises(NotFound):
        services.edit_team(session, team, elsewhere, actor=world.officer, now=NOW)
    with pytest.raises(NotAllowed):
        services.edit_team(session, team, facts, actor=world.leader, now=NOW)


# --- people --------------------------------------------------------------------------------


def test_a_leader_takes_in_a_new_volunteer_who_is_invited_at_once(
    session: Session, world: World
) -> None:
    joined = take_in(session, world, world.leader, place=Place(skills=(Skill.VNEID,)))
    assert joined.issued is not None
    user = joined.member.user
    assert (user.role, user.area, joined.member.skills) == (
        Role.VOLUNTEER,
        world.quarter,
        ["vneid"],
    )
    assert session.scalars(sa.select(Invitation.user_id)).one() == user.id


def test_a_number_nobody_has_needs_a_name(session: Session, world: World) -> None:
    with pytest.raises(services.NameNeeded):
        take_in(session, world, world.leader, name="")
    assert session.scalar(sa.select(User.id).where(User.phone == NEW)) is None


def test_whoever_has_an_account_joins_with_it_once(session: Session, world: World) -> None:
    lan = world.make.user(area=world.quarter)
    joined = take_in(session, world, world.leader, phone=lan.phone, name="Tên khác")
    assert joined.issued is None
    assert joined.member.user is lan
    assert lan.name != "Tên khác"
    with pytest.raises(services.AlreadyIn):
        take_in(session, world, world.leader, phone=lan.phone)


def test_whoever_left_comes_back_as_the_same_member(session: Session, world: World) -> None:
    member = world.make.member(world.team)
    services.leave(session, member, actor=world.leader, now=NOW, today=TODAY)
    assert queries.of_volunteer(session, member.user) == []
    joined = take_in(session, world, world.leader, phone=member.user.phone)
    assert joined.member is member
    assert member.left_on is None


def test_a_leader_takes_in_neighbours_and_not_people_from_elsewhere(
    session: Session, world: World
) -> None:
    far, off = world.make.user(), world.make.user(area=world.quarter)
    off.deactivated_at = NOW
    session.commit()
    with pytest.raises(NotAllowed):
        take_in(session, world, world.leader, phone=far.phone)
    with pytest.raises(NotAllowed):
        take_in(session, world, world.officer, phone=far.phone)
    with pytest.raises(NotAllowed):
        take_in(session, world, world.leader, phone=world.boss.phone)
    with pytest.raises(Conflict):
        take_in(session, world, world.leader, phone=off.phone)
    assert take_in(session, world, world.leader, phone=world.officer.phone).member
    assert take_in(session, world, world.boss, phone=far.phone).member


def test_only_the_office_appoints_and_a_new_head_becomes_a_leader(
    session: Session, world: World
) -> None:
    member = world.make.member(world.team)
    head = Place(Position.LEADER)
    with pytest.raises(NotAllowed):
        services.edit_member(session, member, head, actor=world.leader, now=NOW)
    with pytest.raises(NotAllowed):
        take_in(session, world, world.leader, place=head)
    services.edit_member(session, member, head, actor=world.officer, now=NOW)
    assert (member.position, member.user.role) == (Position.LEADER, Role.LEADER)
    deputy = take_in(session, world, world.officer, place=Place(Position.DEPUTY)).member
    assert deputy.user.role is Role.LEADER
    own = session.scalars(sa.select(Member).where(Member.user_id == world.leader.id)).one()
    for act in (services.leave,):
        with pytest.raises(NotAllowed):
            act(session, own, actor=world.leader, now=NOW, today=TODAY)


def test_whoever_leads_needs_an_account_that_reaches_the_team(
    session: Session, world: World
) -> None:
    neighbour = world.make.user(area=world.make.neighbourhood(world.ward))
    take_in(session, world, world.officer, phone=neighbour.phone)
    member = queries.place_of(session, world.team, neighbour)
    assert member is not None
    with pytest.raises(Conflict):
        services.edit_member(session, member, Place(Position.DEPUTY), actor=world.officer, now=NOW)


def test_a_stranger_runs_nothing_of_another_team(session: Session, world: World) -> None:
    member = world.make.member(world.team)
    for actor in (world.stranger, member.user):
        with pytest.raises(NotAllowed):
            take_in(session, world, actor)
        with pytest.raises(NotAllowed):
            services.edit_member(session, member, Place(), actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.leave(session, member, actor=actor, now=NOW, today=TODAY)
        with pytest.raises(NotAllowed):
            services.invite_member(session, member, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.sign_out_member(session, member, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            queries.member_in_scope(session, member.id, actor=actor)


def test_a_leader_invites_and_signs_out_own_volunteers_but_no_other_head(
    session: Session, world: World
) -> None:
    member = world.make.member(world.team)
    deputy = world.make.member(world.team, position=Position.DEPUTY)
    world.make.device_token(member.user)
    assert services.sign_out_member(session, member, actor=world.leader, now=NOW) == 1
    assert services.invite_member(session, member, actor=world.leader, now=NOW).pin
    with pytest.raises(NotAllowed):
        services.sign_out_member(session, deputy, actor=world.leader, now=NOW)
    with pytest.raises(NotAllowed):
        services.invite_member(session, deputy, actor=world.leader, now=NOW)
    member.left_on = TODAY
    with pytest.raises(Conflict):
        services.sign_out_member(session, member, actor=world.leader, now=NOW)


# --- hours ---------------------------------------------------------------------------------


def test_a_week_told_again_replaces_the_one_before(session: Session, world: World) -> None:
    member = world.make.member(world.team)
    week = {0: (1080, 1200), 5: (450, 660)}
    services.tell_week(session, member, week, actor=member.user, now=NOW)
    services.tell_week(session, member, {5: (480, 600)}, actor=world.leader, now=NOW)
    session.flush()
    told = {n: (row.starts, row.ends) for n, row in queries.week_of(session, member).items()}
    assert told == {5: (480, 600)}
    services.tell_week(session, member, {}, actor=member.user, now=NOW)
    session.flush()
    assert member.id not in {a.member.id for a in queries.available(session, world.team, TODAY)}


def test_a_day_told_again_replaces_and_is_taken_back(session: Session, world: World) -> None:
    member = world.make.member(world.team)
    tell = {"actor": member.user, "now": NOW}

    def stored() -> list[tuple[date, int | None]]:
        session.flush()
        found = session.scalars(sa.select(DayAvailability))
        return [(row.day, row.starts) for row in found]

    services.tell_day(session, member, TODAY, None, today=TODAY, **tell)  # type: ignore[arg-type]
    services.tell_day(session, member, TODAY, (480, 600), today=TODAY, **tell)  # type: ignore[arg-type]
    assert stored() == [(TODAY, 480)]
    services.forget_day(session, member, TODAY, **tell)  # type: ignore[arg-type]
    services.forget_day(session, member, TODAY, **tell)  # type: ignore[arg-type]
    assert stored() == []
    with pytest.raises(Refusal):
        services.tell_day(session, member, date(2026, 11, 20), None, today=TODAY, **tell)  # type: ignore[arg-type]


def test_only_oneself_and_whoever_runs_the_team_tell_hours(session: Session, world: World) -> None:
    member = world.make.member(world.team)
    colleague = world.make.member(world.team).user
    for actor in (colleague, world.stranger):
        with pytest.raises(NotAllowed):
            services.tell_week(session, member, {}, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.tell_day(session, member, TODAY, None, actor=actor, now=NOW, today=TODAY)
        with pytest.raises(NotFound):
            queries.member_with_hours(session, member.id, actor=actor)
    for actor in (member.user, world.leader, world.officer, world.boss):
        services.tell_week(session, member, {0: (0, 1440)}, actor=actor, now=NOW)
    services.leave(session, member, actor=world.leader, now=NOW, today=TODAY)
    with pytest.raises(NotAllowed):
        services.tell_week(session, member, {}, actor=member.user, now=NOW)
