"""The service worker's script, and the promise that it keeps everything a phone page loads."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from flask.testing import FlaskClient

from outreach.web import assets
from outreach.web.worker import FILES

STATIC = Path(__file__).resolve().parents[2] / "static"
#: Modules that only pages for leaders ask for.
DESK_ONLY = {
    "js/board.js",
    "js/ground.js",
    "js/map.js",
    "js/poll.js",
    "js/segments.js",
    "js/select-all.js",
    "js/turf-map.js",
}


def imports(name: str) -> set[str]:
    """Files that a module asks for, by name below static/."""
    folder = (STATIC / name).parent
    found = re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', (STATIC / name).read_text())
    return {(folder / one).resolve().relative_to(STATIC).as_posix() for one in found}


def test_the_worker_keeps_every_module_that_a_phone_page_may_load() -> None:
    known, waiting = set[str](), {"js/main.js", "js/worker.js"}
    while waiting:
        name = waiting.pop()
        known.add(name)
        waiting |= imports(name) - known - DESK_ONLY
    assert known - {"js/worker.js"} <= set(FILES)
    kept = assets.read_all()
    assert set(FILES) <= set(kept)


def test_all_code_of_the_phone_fits_sixty_kilobytes() -> None:
    kept = assets.read_all()
    total = sum(len(gzip.compress(kept[name].body, 9)) for name in (*FILES, "js/worker.js"))
    assert total <= 60_000


def test_the_script_changes_with_any_file_and_is_asked_for_anew(client: FlaskClient, app) -> None:
    first = client.get("/sw.js")
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.mimetype == "text/javascript"
    assert app.extensions["asset_version"] in first.text
    app.extensions["asset_version"] = "0123456789ab"
    assert client.get("/sw.js").text != first.text


def test_the_offline_page_and_the_manifest_are_everybodys(client: FlaskClient) -> None:
    page = client.get("/offline")
    assert page.status_code == 200
    assert "Không có sóng" in page.text
    manifest = client.get("/site.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.get_json()["start_url"] == "/"
