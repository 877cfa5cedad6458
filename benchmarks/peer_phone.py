"""The day page as a team would build it with Bootstrap and htmx: the peer of our phone pages.

The same 35 homes, words and actions, the same compression and cache headers. `app` serves what
`write` has put into the folder named by PEER_FOLDER.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

if TYPE_CHECKING:
    from outreach.visits.queries import Day
    from outreach.web import Outreach

VENDOR = Path(__file__).parent / "vendor"
FILES = {
    "bootstrap.min.css": (VENDOR / "bootstrap/bootstrap.min.css", "text/css"),
    "bootstrap.bundle.min.js": (VENDOR / "bootstrap/bootstrap.bundle.min.js", "text/javascript"),
    "htmx.min.js": (VENDOR / "htmx/htmx.min.js", "text/javascript"),
}
PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hôm nay</title>
<link rel="stylesheet" href="/static/bootstrap.min.css">
<script defer src="/static/bootstrap.bundle.min.js"></script>
<script defer src="/static/htmx.min.js"></script></head>
<body class="bg-body-tertiary">
<nav class="navbar bg-body border-bottom sticky-top"><div class="container-fluid">
<a class="navbar-brand fw-bold" href="/">Đến từng nhà</a>
<button class="btn btn-outline-primary" data-bs-toggle="offcanvas" data-bs-target="#menu">Danh mục</button></div></nav>
<main class="container py-3"><h1>{{ found.day.strftime("%d/%m/%Y") }}</h1>
{% for one in found.routes %}
<div class="d-flex justify-content-between"><span>Hộ đã ghi</span><b>{{ one.progress.done }}/{{ one.progress.total }}</b></div>
<div class="progress mb-3" role="progressbar" aria-label="Hộ đã ghi"><div class="progress-bar"></div></div>
<ol class="list-group">
{% for line in one.stops %}{% set home = line.stop.household %}
<li class="list-group-item d-flex gap-3 align-items-start{% if line.next %} active{% endif %}">
<span class="badge text-bg-primary fs-6">{{ line.number }}</span>
<div class="flex-grow-1"><a class="fw-semibold" href="/stops/{{ line.stop.id }}" hx-boost="true">{{ home.head_name or home.address }}</a>
<div class="text-body-secondary small">{{ home.address }}{% if home.landmark %} · {{ home.landmark }}{% endif %}</div>
{% if line.next %}<span class="badge text-bg-info">Tiếp theo</span>{% endif %}
<div class="d-flex gap-1 mt-1">{% for name in ("identity", "device", "account", "skill") %}<span class="badge border text-bg-light">{{ name }}: {{ line.card[name] }}</span>{% endfor %}</div>
<div class="btn-group mt-2"><a class="btn btn-success" href="/stops/{{ line.stop.id }}#met">Gặp</a>
<button class="btn btn-warning" hx-post="/stops/{{ line.stop.id }}/report" hx-vals='{"outcome": "nobody_home"}' hx-target="closest li" hx-swap="outerHTML">Vắng</button></div></div>
{% if line.phone %}<a class="btn btn-outline-primary" href="tel:{{ line.phone }}">Gọi</a>{% endif %}</li>
{% endfor %}</ol>{% endfor %}</main>
<div class="offcanvas offcanvas-end" tabindex="-1" id="menu"><div class="offcanvas-body"><ul class="nav flex-column">
<li class="nav-item"><a class="nav-link" href="/today">Hôm nay của tôi</a></li><li class="nav-item"><a class="nav-link" href="/me">Tài khoản của tôi</a></li></ul></div></div>
</body></html>"""  # noqa: E501 - somebody else's markup


def write(ours: Outreach, day: Day, folder: Path) -> None:
    """The peer's page for this day, to be served from `folder`."""
    page = ours.jinja_env.from_string(PAGE).render(found=day)
    (folder / "today.html").write_text(page, encoding="utf-8")


def create() -> Flask:
    app = Flask("peer", static_folder=None)
    folder = Path(os.environ.get("PEER_FOLDER", "."))
    packed = {name: gzip.compress(path.read_bytes(), 9) for name, (path, _) in FILES.items()}

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/today")
    def today() -> Response:
        body = gzip.compress((folder / "today.html").read_bytes(), 5)
        return _packed(body, "text/html", "private, no-store")

    @app.get("/static/<name>")
    def file(name: str) -> Response:
        if name not in FILES:
            abort(404)
        return _packed(packed[name], FILES[name][1], "public, max-age=31536000, immutable")

    return app


def _packed(body: bytes, mimetype: str, keep: str) -> Response:
    assert "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"] = keep
    return answer


app = create()
