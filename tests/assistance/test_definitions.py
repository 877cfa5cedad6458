"""Definitions stored by an administrator: refused with the line, or in force at once everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance import catalogue, labels, live
from outreach.assistance.models import Case, Definition, Step
from outreach.assistance.queries import definitions as queries
from outreach.assistance.services import definitions as services
from outreach.assistance.services.definitions import Unusable, Wish
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed
from outreach.web import Outreach, create_app
from tests.factories import Make

TEXT = catalogue.built_in().texts["health_book"]
BASE = catalogue.built_in().programmes["health_book"].version


def composed(session: Session) -> catalogue.Catalogue:
    return catalogue.composed(queries.stored(session))


def test_a_stored_version_takes_the_place_of_our_file(session: Session, save) -> None:
    save(TEXT.replace("Sổ sức khỏe điện tử", "Sổ khám bệnh"))
    found = composed(session)
    assert found.programmes["health_book"].version == BASE + 1
    assert str(BASE + 1) in session.scalars(sa.select(Definition)).one().text
    assert found.stamp != catalogue.built_in().stamp
    with catalogue.using(found):
        assert labels.programme("health_book") == "Sổ khám bệnh"
    assert labels.programme("health_book") == "Sổ sức khỏe điện tử"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('next = ["enabled", "used_at_clinic"]', 'next = ["gone"]', 'next = ["gone"]', "gone"),
        ('scope = "person"', 'scope = "village"', 'scope = "village"', "village"),
        ("weight = 4", "weight = ", "weight = ", ""),
        ('prerequisites = ["vneid_l2"]', 'prerequisites = ["x"]', "prerequisites", "chương trình"),
        ("[states.enabled]", "[states.lonely]", "opens", "enabled"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line_and_nothing_is_stored(
    session: Session, save, old: str, new: str, line: str, says: str
) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    with pytest.raises(Unusable) as refused:
        save(text)
    assert refused.value.line
    assert text.splitlines()[refused.value.line - 1].startswith(line)
    assert f"Dòng {refused.value.line}" in str(refused.value)
    assert says in str(refused.value)
    session.rollback()
    assert queries.how_many(session) == 0


def test_only_an_administrator_stores_and_only_from_the_version_they_saw(
    session: Session, save, make: Make, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        services.save(
            session, Wish("health_book", TEXT, BASE), actor=make.user(Role.OFFICER), now=now
        )
    save(TEXT)
    with pytest.raises(Conflict):
        save(TEXT, BASE)


def case_in(make: Make, session: Session, at: datetime, state: str) -> Case:
    home = make.home_of(make.neighbourhood(), 1950)
    step = make.step(home.residents[0], at, programme="health_book", state=state)
    session.commit()
    return step.case


RENAMED = (
    TEXT.replace("[states.explained]", '[states.told]\nwas = ["explained"]')
    .replace('"explained", "enabled"', '"told", "enabled"')
    .replace('states = ["explained"]', 'states = ["told"]')
)


def test_a_state_with_cases_cannot_vanish(make: Make, session: Session, save, now) -> None:
    case_in(make, session, now, "explained")
    with pytest.raises(Unusable, match=r"1 trường hợp đang ở “Đã giải thích”"):
        save(RENAMED.replace('was = ["explained"]\n', ""))


def test_cases_of_a_renamed_state_go_along_with_a_step_and_no_clock_jumps(
    make: Make, session: Session, save, admin: User, now: datetime
) -> None:
    reached = now - timedelta(days=5)
    case = case_in(make, session, reached, "explained")
    case.typed = {"x": "1"}
    session.commit()
    save(RENAMED)
    session.refresh(case)
    assert (case.state, case.moved_at, case.typed) == ("told", reached, {"x": "1"})
    last = session.scalars(sa.select(Step).order_by(Step.number.desc())).first()
    assert last is not None
    assert (last.from_state, last.to_state, last.number) == ("explained", "told", case.steps)
    assert (last.actor_id, last.happened_at) == (admin.id, reached)
    with catalogue.using(composed(session)):
        assert labels.state("health_book", "explained") == "Đã giải thích"  # as the old step says


def test_a_version_that_would_leave_cases_nowhere_cannot_be_restored(
    make: Make, session: Session, save, admin: User, now: datetime
) -> None:
    save(RENAMED)
    case_in(make, session, now, "told")
    with pytest.raises(Unusable, match="told"):
        services.restore(session, "health_book", BASE, actor=admin, now=now)


def test_an_earlier_version_is_restored_as_the_newest(
    session: Session, save, admin: User, now: datetime
) -> None:
    save(RENAMED)
    services.restore(session, "health_book", BASE, actor=admin, now=now)
    found = composed(session).programmes["health_book"]
    assert (found.version, "explained" in found.states) == (BASE + 2, True)


def test_scope_and_kinds_in_use_stay(make: Make, session: Session, save, now) -> None:
    case_in(make, session, now, "explained")
    with pytest.raises(Unusable, match="1 trường hợp"):
        save(TEXT.replace('scope = "person"', 'scope = "household"'))


def test_a_process_hears_of_another_ones_change_within_a_second(
    app: Outreach, settings, session: Session, save, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [100.0]
    monkeypatch.setattr("outreach.assistance.live.time.monotonic", lambda: moment[0])
    other = create_app(settings)
    try:
        assert other.definitions.now().programmes["health_book"].version == BASE
        save(TEXT)
        assert other.definitions.now().programmes["health_book"].version == BASE
        moment[0] += live.EVERY
        assert other.definitions.now().programmes["health_book"].version == BASE + 1
        assert catalogue.current() is catalogue.built_in()  # nothing leaked into this context
    finally:
        other.db.dispose()


def test_looking_costs_one_small_query_a_second_and_none_in_between(
    app: Outreach, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [100.0]
    monkeypatch.setattr("outreach.assistance.live.time.monotonic", lambda: moment[0])
    seen: list[str] = []
    sa.event.listen(app.db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    app.definitions.now()
    seen.clear()
    for _ in range(50):
        app.definitions.now()
    assert seen == []
    moment[0] += live.EVERY
    for _ in range(50):
        app.definitions.now()
    assert [s for s in seen if "assistance_definition" in s] == seen[-1:]


def test_a_database_without_the_table_still_has_our_files(app: Outreach) -> None:
    with app.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE assistance_definition")
    assert app.definitions.now() is catalogue.built_in()


def test_a_stored_version_that_a_newer_program_refuses_is_passed_over(session: Session) -> None:
    broken = catalogue.Stored("health_book", 9, "version = 9\nnonsense = 1\n")
    assert catalogue.composed([broken]).programmes["health_book"].version == BASE
