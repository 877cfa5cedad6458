"""`flask households import`: the same import from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.core.db import Session
from outreach.households.models import Household, Import
from outreach.web import Outreach
from tests.factories import Make
from tests.households import books

LIST = [["Họ tên", "Địa chỉ", "Khu phố"], ["Đặng Ẩn", "12 Lê Lợi", "Đông Tác"], ["", "", "x"]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.xlsx"
    path.write_bytes(books.xlsx_file(LIST))
    return path


def run(app: Outreach, *args: object):
    return app.test_cli_runner().invoke(args=["households", "import", *map(str, args)])


def test_a_dry_run_tells_and_a_run_stores(app: Outreach, session: Session, make: Make, file: Path):
    make.user(Role.ADMINISTRATOR)
    commune = make.area(code="25942")
    dry = run(app, file, "--area", commune.code, "--dry-run")
    assert "1 homes, 1 people" in dry.output
    assert "1 unknown areas" in dry.output
    assert "row 3" in dry.output
    assert session.scalars(sa.select(Import)).all() == []
    session.commit()
    done = run(app, file, "--area", commune.code, "--add-areas")
    assert done.exit_code == 0, done.output
    home = session.scalars(sa.select(Household)).one()
    assert home.area.full_name == "Khu phố Đông Tác"


def test_a_wrong_area_account_or_file_is_an_answer(app: Outreach, make: Make, file: Path):
    assert "No area has the code" in _refused(app, make, file, "--area", "99999")
    code = make.area(code="25942").code
    assert "no such account" in _refused(app, make, file, "--area", code, "--as", "0900000999")
    file.write_bytes(b"PK\x03\x04")
    assert "bị hỏng" in _refused(app, make, file, "--area", code)


def _refused(app: Outreach, make: Make, *args: object) -> str:
    make.user(Role.ADMINISTRATOR)
    result = run(app, *args)
    assert result.exit_code == 1
    return str(result.output)
