"""Somebody who records steps through the services, one at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4, uuid5

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.assistance import services
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Scope
from outreach.assistance.models import Channel, RunningClock, Step
from outreach.assistance.services import Circumstances, Help
from outreach.core.db import Session
from outreach.households.models import Household


class Desk:
    """Records through the services, one step a call."""

    def __init__(self, session: Session, home: Household, actor: User) -> None:
        self.session, self.home, self.actor = session, home, actor

    def step(self, programme: str, state: str | None, at: datetime, **given) -> Step:
        scope = programmes()[programme].scope
        who = None if scope is Scope.HOUSEHOLD else self.home.residents[0].id
        form_id = uuid4()
        help_ = Help(programme=programme, resident_id=who, to_state=state, **given)
        circumstances = Circumstances(form_id=form_id, channel=Channel.DESK, happened_at=at)
        services.record_steps(
            self.session, self.home.id, [help_], circumstances, actor=self.actor, now=at
        )
        found = self.session.get(Step, uuid5(form_id, help_.key))
        self.session.commit()
        assert found is not None
        return found

    def back(self, step: Step, now: datetime) -> None:
        services.take_back(self.session, step, actor=self.actor, now=now)
        self.session.commit()

    def rows(self) -> list[tuple[Any, ...]]:
        columns = [c for c in RunningClock.__table__.columns if c.name != "case_id"]
        rows = self.session.execute(sa.select(*columns).order_by(RunningClock.code)).all()
        self.session.commit()  # gives the database back to others
        return [tuple(row) for row in rows]
