from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, g
from flask.testing import FlaskClient

from outreach.accounts.access import public
from outreach.accounts.models import Role
from outreach.core import audit, clock
from outreach.core.errors import Conflict
from outreach.core.request import session
from outreach.places.models import Area
from outreach.web import Outreach
from tests.factories import Make

bp = Blueprint("probe", __name__)


def write() -> None:
    area = session().scalars(sa.select(Area)).one()
    area.name = "Mới"
    audit.record(session(), actor=None, action="area.renamed", subject=area, now=clock.now())


@bp.route("/probe/<how>", methods=["GET", "POST"])
@public
def probe(how: str) -> str:
    write()
    if how == "refuse":
        raise Conflict("Không được.")
    if how == "commit":  # everything is well until the very last step
        session().info["audited"] = False
    if how == "break":
        raise RuntimeError("a phone number like +84901234567")
    return str(g.session.is_active)


def name(app: Outreach) -> str | None:
    with app.db.transaction(read_only=True) as reading:
        return reading.scalar(sa.select(Area.name))


def test_a_returned_answer_commits(app: Outreach, make: Make) -> None:
    make.area(name="Cũ")
    app.register_blueprint(bp)
    assert app.test_client().post("/probe/well").status_code == 200
    assert name(app) == "Mới"


def test_a_refusal_stores_nothing_and_says_why(app: Outreach, make: Make) -> None:
    make.area(name="Cũ")
    app.register_blueprint(bp)
    page = app.test_client().post("/probe/refuse")
    assert (page.status_code, name(app)) == (409, "Cũ")
    assert "Không được." in page.get_data(as_text=True)
    answer = app.test_client().post("/probe/refuse", headers={"Accept": "application/json"})
    assert answer.get_json() == {"error": "Không được.", "errors": {}, "code": "conflict"}


def test_a_defect_stores_nothing_and_logs_no_values(app: Outreach, make: Make, caplog) -> None:
    make.area(name="Cũ")
    app.register_blueprint(bp)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    page = app.test_client().post("/probe/break")
    assert (page.status_code, name(app)) == (500, "Cũ")
    assert "probe.probe" in caplog.text
    assert "+84901234567" not in caplog.text + page.get_data(as_text=True)


def test_a_commit_that_fails_is_told_on_a_page_of_ours(app: Outreach, make: Make, sign_in) -> None:
    client = sign_in(make.user(Role.ADMINISTRATOR))
    make.area(name="Cũ")
    app.register_blueprint(bp)
    page = client.post("/probe/commit")
    assert (page.status_code, name(app)) == (500, "Cũ")
    assert "Chưa có gì được lưu" in page.get_data(as_text=True)


def test_a_get_cannot_write(app: Outreach, make: Make) -> None:
    make.area(name="Cũ")
    app.register_blueprint(bp)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    assert app.test_client().get("/probe/well").status_code == 500
    assert name(app) == "Cũ"


def test_every_answer_forbids_what_pages_do_not_need(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


def test_static_files_are_packed_and_kept_for_a_year(client: FlaskClient) -> None:
    with client.application.test_request_context():
        url = client.application.jinja_env.globals["asset"]("css/site.css")  # type: ignore[operator]
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_language_is_the_cookies_and_vietnamese_without_one(client: FlaskClient) -> None:
    assert 'lang="vi"' in client.get("/nowhere").get_data(as_text=True)
    client.set_cookie("language", "en")
    assert 'lang="en"' in client.get("/nowhere").get_data(as_text=True)
    client.set_cookie("language", "tlh")
    assert 'lang="vi"' in client.get("/nowhere").get_data(as_text=True)


def test_health_tells_whether_the_database_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_everybody_signed_in_has_a_start(make: Make, sign_in) -> None:
    for role in Role:
        assert sign_in(make.user(role)).get("/").status_code == 303
