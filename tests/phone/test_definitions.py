"""A programme that changes while phones are under way: news reaches them, old pages count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.assistance import catalogue
from outreach.assistance.models import Case, Step
from outreach.assistance.services import definitions as services
from outreach.assistance.services.definitions import Wish
from outreach.core.db import Session
from outreach.visits.models import Lateness, Report
from outreach.web import Outreach
from tests.factories import Make
from tests.phone.test_pack import JSON, pack_of, unwoven
from tests.visits.sending import fields, send

CODE = "vneid_l2"
TEXT = catalogue.built_in().texts[CODE]
BASE = catalogue.built_in().programmes[CODE].version
NEW_LABEL = TEXT.replace(
    'label = "Captured by the police"', 'label = { vi = "Đã lăn tay xong", en = "Fingerprints" }'
)
#: The state that phones of this morning still offer is now another one.
RENAMED = TEXT.replace("[states.captured]", '[states.taken]\nwas = ["captured"]').replace(
    '"captured"', '"taken"'
).replace('was = ["taken"]', 'was = ["captured"]')  # fmt: skip


@pytest.fixture
def change(session: Session, make: Make, app: Outreach, now: datetime):
    def store(text: str, based_on: int = BASE) -> None:
        actor = make.user(Role.ADMINISTRATOR)
        services.save(session, Wish(CODE, text, based_on), actor=actor, now=now)
        session.commit()
        app.definitions.forget()

    return store


def told(client: FlaskClient, walk, now: datetime, move: str, **given: str) -> Any:
    who = f"{CODE}.{walk.homes[0].residents[0].id}"
    made = fields(now, **{f"help.{who}": move, f"at.{who}": "", **given})
    return send(client, walk, made)


def old_page(walk, client: FlaskClient) -> str:
    page = client.get(f"/stops/{walk.stops[0].id}").text
    return page.split('name="made_with" value="')[1].split('"')[0]


def test_the_next_pack_has_what_was_changed(make: Make, sign_in, now, change) -> None:
    walk = make.walk(2)
    client = sign_in(walk.volunteer)
    before = pack_of(client)
    path = f"/stops/{walk.stops[0].id}"
    assert "Công an đã thu nhận" in unwoven(before, path)
    change(NEW_LABEL)
    known = {**JSON, "If-None-Match": f'"{before["version"]}"'}
    assert client.get("/today/pack", headers=known).status_code == 200
    assert "Đã lăn tay xong" in unwoven(pack_of(client), path)


def test_a_report_of_an_old_page_counts_for_the_state_that_took_its_place(
    make: Make, sign_in, now, change, session: Session
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    made_with = old_page(walk, client)
    change(RENAMED)
    assert told(client, walk, now, "captured", made_with=made_with).status_code == 303
    assert session.scalars(sa.select(Case)).one().state == "taken"
    assert session.scalars(sa.select(Report)).one().lateness is None  # nothing to look at


def test_a_move_that_is_no_more_is_stored_and_marked_for_the_leader(
    make: Make, sign_in, now, change, session: Session
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    made_with = old_page(walk, client)
    change(TEXT.replace('"captured", "notice_received", "activated", "in_use"]', '"in_use"]'))
    assert told(client, walk, now, "captured").status_code in {409, 422}  # as from a page of today
    assert told(client, walk, now, "captured", made_with=made_with).status_code == 303
    assert session.scalars(sa.select(Case)).one().state == "captured"
    assert session.scalars(sa.select(Report)).one().lateness is Lateness.REDEFINED
    session.commit()
    assert "Chương trình đã được sửa" in sign_in(walk.leader).get("/review").text


GONE = TEXT.replace('"mismatch"]', '"taken_back"]').replace(
    "[states.mismatch]", "[states.taken_back]"
).replace('then = "mismatch"', 'then = "taken_back"')  # fmt: skip


def test_a_state_that_is_no_more_keeps_the_report_and_moves_nothing(
    make: Make, sign_in, now, change, session: Session
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    make.step(person, now, state="captured")
    client = sign_in(walk.volunteer)
    made_with = old_page(walk, client)
    change(GONE)
    answer = told(client, walk, now, "mismatch", made_with=made_with)
    assert answer.status_code == 303
    case = session.scalars(sa.select(Case)).one()
    assert case.state == "captured"
    last = session.scalars(sa.select(Step).order_by(Step.number.desc())).first()
    assert last is not None
    assert (last.to_state, last.undone_at) == ("mismatch", last.recorded_at)
    assert session.scalars(sa.select(Report)).one().lateness is Lateness.REDEFINED
    session.commit()
    page = sign_in(make.user(Role.ADMINISTRATOR)).get(f"/help/cases/{case.id}").text
    assert "Để riêng" in page
    assert "Dữ liệu không khớp tại công an" in page  # readable by its old name
