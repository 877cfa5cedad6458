"""The official lists: imported, imported again, and the old names that lead to the new units."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.core.db import Session
from outreach.core.errors import Refusal
from outreach.places import official, queries, services
from outreach.places.models import Area, Level
from outreach.places.official import Move, Unit
from outreach.web import Outreach

SINCE = date(2025, 7, 1)
NEW = "admin-units/new34_vn_units_2026-07-25.json"
OLD = "admin-units/legacy63_gso_wards_2025-07-18.csv"
MAPPING = "admin-units/converter_old_to_new_2025.json.gz"


def units(*communes: str) -> list[Unit]:
    """One province with these communes; "25942:Phường:Dĩ An"."""
    parts = [commune.split(":") for commune in communes]
    return [
        Unit(Level.PROVINCE, "79", "Thành phố", "Hồ Chí Minh", ""),
        *(Unit(Level.COMMUNE, code, kind, name, "79") for code, kind, name in parts),
    ]


def bring(session: Session, listed: list[Unit], now: datetime, **options: bool):
    return services.import_official(session, listed, since=SINCE, actor=None, now=now, **options)


def test_a_list_is_stored_with_its_tree_and_keys(session: Session, now: datetime):
    bring(session, units("25942:Phường:Dĩ An"), now)
    commune = queries.by_code(session, "25942")
    assert commune is not None
    assert queries.named(queries.line_of(session, commune)) == (
        "Phường Dĩ An, Thành phố Hồ Chí Minh"
    )
    assert commune.search_key == "phuong di an"


def test_the_same_list_twice_changes_nothing(session: Session, now: datetime):
    listed = units("25942:Phường:Dĩ An", "25945:Phường:Tân Đông Hiệp")
    bring(session, listed, now)
    again = bring(session, listed, now)
    assert (again.added, again.renamed, again.closed, again.unchanged) == (0, 0, 0, 3)


def test_a_later_list_renames_adds_and_closes_but_deletes_nothing(session: Session, now: datetime):
    bring(session, units("25942:Xã:Dĩ An", "25945:Phường:Tân Đông Hiệp"), now)
    done = bring(session, units("25942:Phường:Dĩ An", "25951:Phường:Bình An"), now)
    assert (done.added, done.renamed, done.closed, done.unchanged) == (1, 1, 1, 1)
    gone = session.scalars(sa.select(Area).where(Area.code == "25945")).one()
    assert gone.valid_to is not None
    assert session.scalars(sa.select(Area).where(Area.code == "25942")).one().kind == "Phường"


def test_a_unit_that_comes_back_is_the_same_unit(session: Session, now: datetime):
    bring(session, units("25942:Phường:Dĩ An", "25945:Phường:Bình An"), now)
    bring(session, units("25942:Phường:Dĩ An"), now)
    done = bring(session, units("25942:Phường:Dĩ An", "25945:Phường:Bình An"), now)
    assert (done.added, done.reopened) == (0, 1)


def test_half_a_list_is_refused_and_nothing_is_closed(session: Session, now: datetime):
    many = [f"{n:05}:Phường:Số {n}" for n in range(10000, 10030)]
    bring(session, units(*many), now)
    session.commit()
    with pytest.raises(Refusal):
        bring(session, units(*many[:10]), now)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).where(Area.valid_to.is_not(None))) == 0
    assert bring(session, units(*many[:10]), now, close_many=True).closed == 20


def test_neighbourhoods_stay_below_a_commune_that_moves(session: Session, now: datetime, make):
    bring(session, units("25942:Phường:Dĩ An"), now)
    commune = queries.by_code(session, "25942")
    assert commune is not None
    part = make.neighbourhood(commune)
    other = Unit(Level.PROVINCE, "74", "Tỉnh", "Bình Dương", "")
    moved = Unit(Level.COMMUNE, "25942", "Phường", "Dĩ An", "74")
    bring(session, [*units(), other, moved], now)
    session.flush()
    session.expire_all()
    assert [a.name for a in queries.line_of(session, part)] == ["Bình Dương", "Dĩ An", part.name]


def test_old_names_lead_to_whoever_took_over(session: Session, now: datetime):
    bring(session, units("25942:Phường:Dĩ An", "25945:Phường:Tân Đông Hiệp"), now)
    old = [
        Unit(Level.PROVINCE, "74", "Tỉnh", "Bình Dương", ""),
        Unit(Level.DISTRICT, "724", "Thành phố", "Dĩ An", "74"),
        Unit(Level.COMMUNE, "25960", "Phường", "An Bình", "724"),
        Unit(Level.COMMUNE, "25948", "Phường", "Tân Đông Hiệp", "724"),
    ]
    moves = [
        Move("25960", "25942", partial=False),
        Move("25948", "25942", partial=True),
        Move("25948", "25945", partial=True),
        Move("25948", "99999", partial=True),
    ]
    known = date(2020, 1, 1)
    given: dict[str, Any] = {"known_since": known, "since": SINCE, "actor": None, "now": now}
    done = services.succeed(session, old, moves, **given)
    assert (done.old_units, done.successions, done.unplaced) == (4, 3, 1)
    assert services.succeed(session, old, moves, **given).successions == 0

    (found,) = queries.search(session, "an binh")
    assert found.area.valid_to == date(2025, 6, 30)
    assert [heir.name for heir in found.successors] == ["Dĩ An"]
    living, ended = queries.search(session, "tan dong hiep")
    assert living.area.valid_to is None
    assert {heir.name for heir in ended.successors} == {"Dĩ An", "Tân Đông Hiệp"}
    dian = queries.by_code(session, "25942")
    assert dian is not None
    before, _after = queries.successions(session, dian)
    assert [(row.predecessor.name, row.partial) for row in before] == [
        ("An Bình", False),
        ("Tân Đông Hiệp", True),
    ]


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", '[{"FullName": "Tỉnh A"}]', '[{"FullName":"A","Code":"x","Wards":[]}]'],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(tmp_path: Path, content: str):
    path = tmp_path / "list.json"
    path.write_text(content)
    with pytest.raises(Refusal, match=r"list\.json"):
        official.current(path)


def test_the_whole_official_list_is_stored_and_found(session: Session, now: datetime, data: Path):
    listed = official.current(data / NEW)
    done = bring(session, listed, now)
    assert (done.added, len(listed)) == (34 + 3321, 34 + 3321)
    assert len(queries.children(session, None)) == 34
    city = queries.by_code(session, "79", Level.PROVINCE)
    assert city is not None
    assert len(queries.children(session, city)) == 168
    names = [found.area.full_name for found in queries.search(session, "long hoa", within=city)]
    assert "Xã Long Hoà" in names


def test_the_commands_import_both_lists_and_can_be_repeated(app: Outreach, data: Path):
    run = app.test_cli_runner().invoke
    first = run(args=["places", "import", str(data / NEW)])
    assert first.exit_code == 0, first.output
    assert "3355 added" in first.output
    assert "3355 unchanged" in run(args=["places", "import", str(data / NEW)]).output
    args = ["places", "succeed", *(str(data / name) for name in (OLD, MAPPING, NEW))]
    done = run(args=args)
    assert done.exit_code == 0, done.output
    assert "10789 old units, 105" in done.output
    assert " 0 successions stored" in run(args=args).output
    with app.db.transaction(read_only=True) as session:
        found = queries.search(session, "huyen dau tieng long hoa") or queries.search(
            session, "long hoa"
        )
        ended = [f for f in found if f.area.valid_to]
        assert any(heir.code == "25792" for f in ended for heir in f.successors)


def test_a_bad_file_for_a_command_is_an_answer_and_not_a_traceback(app: Outreach, tmp_path: Path):
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"wrong": True}))
    result = app.test_cli_runner().invoke(args=["places", "import", str(path)])
    assert result.exit_code == 1
    assert "list.json" in result.output
