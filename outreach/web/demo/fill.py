"""Stores the invented commune through the same services that people's forms call."""

from __future__ import annotations

import csv
import io
import random
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from outreach.accounts import services as accounts
from outreach.accounts.models import Role, User
from outreach.assistance import jobs as assistance_jobs
from outreach.core import clock
from outreach.core.db import Session
from outreach.households import services as households
from outreach.households.models import ConsentMeans, ContactPoint, Household, Purpose
from outreach.households.services import imports
from outreach.places import services as places
from outreach.places.models import Area, Level
from outreach.places.official import Unit
from outreach.rounds import jobs as rounds_jobs
from outreach.rounds import services as rounds
from outreach.rounds.models import Round, Route, Stop
from outreach.teams import services as teams
from outreach.teams.models import Position, Skill, Team
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.web.demo import desk, phones, town, turfs

if TYPE_CHECKING:
    from outreach.web.app import Outreach

QUARTERS = ("Đông Tác", "Thống Nhất", "Nhị Đồng")
HOMES, VOLUNTEERS, WALKING_TODAY, ASKED = 400, 40, 6, 150
SKILLS = (Skill.VNEID, Skill.BANK, Skill.CARRIER)
#: Minutes.
SESSION = 240
#: Two-tier local government began then: the units are as old as that.
SINCE = date(2025, 7, 1)
#: Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Shown:
    """A demonstration account as told once at the first start."""

    role: str
    phone: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """Who is there to act."""

    administrator: User
    leader: User
    volunteers: list[User]
    team: Team
    shown: list[Shown]


def fill_when_empty(app: Outreach) -> Sequence[Shown]:
    """Fill a database in which nobody has an account; otherwise do nothing and tell nothing."""
    with app.db.transaction(read_only=True) as session:
        if session.scalar(sa.select(User.id).limit(1)) is not None:
            return ()
    now = clock.now()
    today = now.astimezone(app.settings.zone).date()
    with app.db.transaction() as session:
        commune = _commune(session, now)
        people = _people(session, commune, now, today)
        _register(session, commune, people, now, today)
        clerk = desk.fill(session, commune, actor=people.administrator, now=now)
        _tell(session, clerk, people.shown, now)
        round_id = _ask_for_a_round(session, people, now, today, app)
        leader_id, walker_id = people.leader.id, people.volunteers[0].id
    rounds_jobs.plan_due(app.db, app.settings.zone)
    with app.db.transaction() as session:
        _publish(session, round_id, leader_id, app)
        _begin_the_day(session, round_id, walker_id, app)
        leader = session.get_one(User, leader_id)
        turfs.cut(session, actor=leader, now=clock.now(), zone=app.settings.zone)
        phones.stock_up(session, round_id, session.get_one(User, walker_id), now=clock.now())
    assistance_jobs.count_pillars(app.db)  # figures at the first look, not a tick later
    return people.shown


def _commune(session: Session, now: datetime) -> Area:
    units = [
        Unit(Level.PROVINCE, "79", "Thành phố", "Hồ Chí Minh", ""),
        Unit(Level.COMMUNE, "25942", "Phường", "Dĩ An", "79"),
    ]
    places.import_official(session, units, since=SINCE, actor=None, now=now)
    session.flush()
    return session.scalars(sa.select(Area).where(Area.level == Level.COMMUNE)).one()


def _people(session: Session, commune: Area, now: datetime, today: date) -> People:
    rng = random.Random(7)  # noqa: S311 - invention, not secrecy
    shown: list[Shown] = []

    def account(role: Role, number: int, *, told: bool) -> User:
        woman = rng.random() < 0.5
        user = accounts.add(
            session,
            accounts.Person(
                name=town.name(rng, woman=woman),
                phone=f"+8490010{number:04}",
                role=role,
                area_id=None if role is Role.ADMINISTRATOR else commune.id,
            ),
            actor=None,
            now=now,
        )
        if told:
            _tell(session, user, shown, now)
        return user

    administrator = account(Role.ADMINISTRATOR, 1, told=True)
    account(Role.OFFICER, 2, told=True)
    leader = account(Role.LEADER, 3, told=True)
    volunteers = [account(Role.VOLUNTEER, n, told=n == 4) for n in range(4, 4 + VOLUNTEERS)]
    facts = teams.TeamFacts(
        name="Tổ công nghệ số cộng đồng phường Dĩ An",
        area_id=commune.id,
        decision_no="12/QĐ-UBND",
        established_on=SINCE,
        start=town.CENTRE,
    )
    session.flush()
    team = teams.add_team(session, facts, actor=administrator, now=now)
    session.flush()
    for number, user in enumerate([leader, *volunteers]):
        place = teams.Place(
            position=Position.MEMBER if number else Position.LEADER,
            skills=(SKILLS[number % len(SKILLS)],) if number % 5 == 0 else (),
        )
        teams.take_in(
            session,
            team,
            phone=user.phone,
            name=user.name,
            place=place,
            actor=administrator,
            now=now,
            today=today,
        )
    return People(administrator, leader, volunteers, team, shown)


def _tell(session: Session, user: User, shown: list[Shown], now: datetime) -> None:
    """Give somebody a password, and tell it at the first start."""
    password = "".join(secrets.choice(ALPHABET) for _ in range(10))
    accounts.set_password(session, user, password, actor=None, now=now)
    shown.append(Shown(user.role.value, f"0{user.phone[3:]}", password, user.name))


def _register(session: Session, commune: Area, people: People, now: datetime, today: date) -> None:
    """The household register comes in as wards have it: as a sheet."""
    actor = people.administrator
    sheet = imports.upload(session, commune.id, "danh-sach-ho.csv", _sheet(), actor=actor, now=now)
    session.flush()
    choices = imports.Choices(add_areas=True, keep=frozenset())
    imports.confirm(session, sheet.id, choices, today=today, actor=actor, now=now)
    session.flush()
    numbers = session.scalars(sa.select(ContactPoint.id).order_by(ContactPoint.number).limit(ASKED))
    for number in numbers.all():
        households.agree(
            session,
            number,
            Purpose.VISIT_REMINDER,
            means=ConsentMeans.PAPER,
            actor=actor,
            now=now,
        )


def _sheet() -> bytes:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(
        ["Khu phố", "Địa chỉ", "Họ và tên", "Quan hệ", "Giới tính", "Năm sinh", "Điện thoại",
         "Diện hộ", "Vĩ độ", "Kinh độ"]
    )  # fmt: skip
    for number, quarter in enumerate(QUARTERS):
        for home in town.homes(number, HOMES):
            for place, person in enumerate(home.people):
                out.writerow(
                    [f"Khu phố {quarter}", home.address, person.name, person.relation or "chủ hộ",
                     "Nữ" if person.woman else "Nam", person.birth_year,
                     "" if place else home.phone, "Hộ nghèo" if home.poor else "",
                     home.latitude, home.longitude]
                )  # fmt: skip
    return text.getvalue().encode()


def _ask_for_a_round(
    session: Session, people: People, now: datetime, today: date, app: Outreach
) -> uuid.UUID:
    """A few volunteers walk one neighbourhood today; the rest is for the newcomer to plan."""
    quarter = session.scalars(
        sa.select(Area).where(Area.level == Level.NEIGHBOURHOOD).order_by(Area.sort_key).limit(1)
    ).one()
    local = now.astimezone(app.settings.zone)
    # whenever the newcomer starts it, there is a session going on
    starts = max(7 * 60, min(local.hour * 60, 24 * 60 - SESSION))
    wish = rounds.Wish(
        team_id=people.team.id,
        day=today,
        starts=starts,
        ends=starts + SESSION,
        area_ids=(quarter.id,),
        volunteer_ids=tuple(user.id for user in people.volunteers[:WALKING_TODAY]),
        pairs=((people.volunteers[WALKING_TODAY - 2].id, people.volunteers[WALKING_TODAY - 1].id),),
    )
    _rule(session, quarter, people, now)
    round_ = rounds.create(session, wish, actor=people.leader, now=now, zone=app.settings.zone)
    round_.solve_seconds = 2
    session.flush()
    rounds.request_planning(session, round_, actor=people.leader, now=now)
    session.flush()
    return round_.id


def _rule(session: Session, quarter: Area, people: People, now: datetime) -> None:
    """Two homes where nobody goes alone, one of them by daylight only."""
    homes = session.scalars(
        sa.select(Household.id)
        .where(Household.area_id == quarter.id)
        .order_by(Household.sort_key)
        .limit(2)
    )
    for number, home in enumerate(homes):
        told = households.Safety(
            never_alone=True, not_after_dark=number == 0, reason="Hẻm sâu, vắng người."
        )
        households.tell_safety(session, home, told, actor=people.leader, now=now)


def _publish(session: Session, round_id: uuid.UUID, leader_id: uuid.UUID, app: Outreach) -> None:
    leader = session.get_one(User, leader_id)
    round_ = session.get_one(Round, round_id)
    rounds.publish(session, round_, actor=leader, now=clock.now(), zone=app.settings.zone)
    session.flush()


def _begin_the_day(
    session: Session, round_id: uuid.UUID, walker_id: uuid.UUID, app: Outreach
) -> None:
    """The first volunteer has been at three doors already."""
    now = clock.now()
    walker = session.get_one(User, walker_id)
    stops = session.scalars(
        sa.select(Stop.id)
        .join(Stop.route)
        .where(Route.round_id == round_id, Route.volunteer_id == walker.id)
        .order_by(Stop.position)
        .limit(3)
    ).all()
    outcomes = (Outcome.MET, Outcome.NOBODY_HOME, Outcome.MET)
    for number, (stop, outcome) in enumerate(zip(stops, outcomes, strict=False)):
        report = visits.VisitReport(
            report_id=uuid.uuid4(),
            stop_id=stop,
            made_at=now - timedelta(minutes=30 - 10 * number),
            outcome=outcome,
        )
        visits.log_visit(session, report, actor=walker, now=now, zone=app.settings.zone)
