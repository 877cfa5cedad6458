"""Areas, users, devices, teams and members."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta

from outreach.accounts.credentials import hash_token
from outreach.accounts.models import Device, Role, User
from outreach.core import clock
from outreach.core.text import fold
from outreach.places.models import Area, Level
from outreach.teams.models import DayAvailability, Member, Position, Team, WeeklyAvailability
from tests.factories.base import LONG_AGO, Factory


class MakePeople(Factory):
    def area(
        self,
        *,
        level: Level = Level.COMMUNE,
        parent: Area | None = None,
        name: str = "",
        kind: str = "",
        code: str | None = None,
    ) -> Area:
        kinds = {Level.PROVINCE: "Tỉnh", Level.COMMUNE: "Phường", Level.NEIGHBOURHOOD: "Khu phố"}
        n = self.number()
        id_ = uuid.uuid4()
        name = name or f"Số {n}"
        return self.saved(
            Area(
                id=id_,
                level=level,
                kind=kind or kinds.get(level, "Tổ"),
                code=code or (f"{n:05}" if level is Level.COMMUNE else None),
                name=name,
                search_key=fold(name),
                sort_key=f"{n:08}",
                parent=parent,
                path=f"{parent.path if parent else ''}{id_.hex}/",
                valid_from=date(2025, 7, 1),
            )
        )

    def neighbourhood(self, parent: Area | None = None, *, name: str = "") -> Area:
        return self.area(level=Level.NEIGHBOURHOOD, parent=parent or self.area(), name=name)

    def user(
        self, role: Role = Role.VOLUNTEER, *, area: Area | None = None, name: str = ""
    ) -> User:
        n = self.number()
        if role is not Role.ADMINISTRATOR:
            area = area or self.area()
        name = name or f"Nguyễn Văn {n}"
        return self.saved(
            User(
                name=name,
                search_key=fold(name),
                sort_key=f"{n:08}",
                phone=f"+8490{n:07}",
                role=role,
                area=area,
                created_at=LONG_AGO,
            )
        )

    def device_token(self, user: User) -> str:
        token = secrets.token_urlsafe(16)
        now = clock.now()
        self.saved(
            Device(
                user_id=user.id,
                token_hash=hash_token(token),
                label="test",
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=90),
            )
        )
        return token

    def team(self, area: Area | None = None, *, name: str = "") -> Team:
        n = self.number()
        name = name or f"Tổ {n}"
        return self.saved(
            Team(
                name=name,
                search_key=fold(name),
                sort_key=f"{n:08}",
                area=area or self.neighbourhood(),
            )
        )

    def member(
        self,
        team: Team,
        user: User | None = None,
        *,
        position: Position = Position.MEMBER,
        skills: tuple[str, ...] = (),
    ) -> Member:
        role = Role.VOLUNTEER if position is Position.MEMBER else Role.LEADER
        user = user or self.user(role, area=team.area)
        return self.saved(
            Member(
                team=team,
                user=user,
                position=position,
                skills=list(skills),
                joined_on=date(2026, 1, 5),
            )
        )

    def week(self, member: Member, **hours: tuple[int, int]) -> Member:
        """Tell a member's whole week: `week(m, monday=(8 * 60, 11 * 60))`, other days none."""
        names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        member.week_told_at = LONG_AGO
        for name, (starts, ends) in hours.items():
            weekday = names.index(name)
            self.session.add(
                WeeklyAvailability(member=member, weekday=weekday, starts=starts, ends=ends)
            )
        return self.saved(member)

    def day_off(
        self, member: Member, day: date, *, hours: tuple[int, int] | None = None
    ) -> DayAvailability:
        """One day that differs from the week: other hours, or absent."""
        starts, ends = hours or (None, None)
        told_at: datetime = LONG_AGO
        return self.saved(
            DayAvailability(member=member, day=day, starts=starts, ends=ends, told_at=told_at)
        )
