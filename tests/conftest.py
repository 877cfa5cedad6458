"""Fixtures. Every test gets its own database, built by the migrations, on the chosen engine."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.core import i18n
from outreach.core.db import Session
from outreach.core.settings import Settings
from outreach.web import Outreach, create_app
from tests import compiled, databases, statements
from tests.client import Inspecting
from tests.factories import Make

# a busy machine is no defect: nothing here is judged by the clock
for _name, _examples in (("suite", 100), ("soak", 3000)):
    hypothesis.settings.register_profile(
        _name,
        deadline=None,
        max_examples=_examples,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# see `compiled`: half of a page test's processor time
Outreach.jinja_options = {**Outreach.jinja_options, "bytecode_cache": compiled.Templates()}
compiled.addresses_once()

# a site a test leaves much behind that is reachable: looking through it all again and again was a
# fifth of the processor time
gc.set_threshold(50_000, 20, 100)

#: 09:00 on a Saturday in Bình Dương.
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def data() -> Path:
    """Real data beside the project; tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip("../shared/data is not here")
    return DATA


@pytest.fixture(autouse=True)
def _speak_vietnamese() -> None:
    i18n.speak("vi")


@pytest.fixture(autouse=True)
def _no_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may reach another machine."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", checked)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still at `NOW`."""
    monkeypatch.setattr("outreach.core.clock.now", lambda: NOW)
    return NOW


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Move the clock to a moment and hold it there."""

    def move(to: datetime) -> None:
        monkeypatch.setattr("outreach.core.clock.now", lambda: to)

    return move


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    with databases.fresh(tmp_path, os.environ.get("TEST_DATABASE_URL")) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key="test",
        testing=True,
        threads=4,
        streets_folder=str(tmp_path / "streets"),
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Outreach]:
    app = create_app(settings)
    yield app
    app.db.dispose()


@pytest.fixture
def session(app: Outreach) -> Iterator[Session]:
    """For arranging, and for calling services directly; `session.commit()` is the test's to do."""
    with app.db.sessions(expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


@pytest.fixture
def client(app: Outreach) -> FlaskClient:
    """A stranger's browser, which inspects every page it is given."""
    app.test_client_class = Inspecting
    return app.test_client()


@pytest.fixture
def sign_in(app: Outreach, make: Make) -> Callable[[User], FlaskClient]:
    """A browser in which this user is signed in."""

    def browser(user: User) -> FlaskClient:
        app.test_client_class = Inspecting
        client = app.test_client()
        token = make.device_token(user)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return browser


@pytest.fixture
def queries(app: Outreach) -> Iterator[list[str]]:
    """Every SELECT sent to the database, for tests that hold a page to a query budget."""
    with statements.reading(app.db.engine) as seen:
        yield seen
