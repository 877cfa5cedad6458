"""What makes the site work without a network: service worker, offline page, manifest."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for

from outreach.accounts.access import public
from outreach.core.i18n import gettext as _

bp = Blueprint("worker", __name__)

#: Everything a phone page loads; a test follows the imports and holds it to this list.
FILES = (
    "css/site.css",
    "icons/plate.svg",
    "icons/marks.svg",
    "icons/sprite.svg",
    "js/main.js",
    "js/autosubmit.js",
    "js/expires.js",
    "js/locate.js",
    "js/menu.js",
    "js/day-end.js",
    "js/drafts.js",
    "js/here.js",
    "js/outbox.js",
    "js/overlay.js",
    "js/pack.js",
    "js/parts.js",
    "js/phone.js",
    "js/receipts.js",
    "js/relay.js",
    "js/report.js",
    "js/seal.js",
    "js/signature.js",
    "js/store.js",
    "js/swap.js",
    "vendor/uqr/uqr.js",
)


@bp.get("/sw.js")
@public
def script() -> Response:
    """The service worker of the whole site; another version of any file makes it another script."""
    version = current_app.extensions["asset_version"]
    prefix = f"/static/{version}/"
    told = {
        "version": version,
        "files": [prefix + name for name in FILES],
        "offline": url_for("worker.offline"),
    }
    source = f'import {{ start }} from "{prefix}js/worker.js";\n\nstart({json.dumps(told)});\n'
    answer = Response(source, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/offline")
@public
def offline() -> str:
    """What a phone shows without a network where it has nothing better."""
    return render_template("phone/offline.html")


@bp.get("/site.webmanifest")
@public
def manifest() -> Response:
    """Lets the site be put on a phone's home screen, which also makes its storage safer."""
    prefix = f"/static/{current_app.extensions['asset_version']}/"
    answer = jsonify(
        name=_("Outreach"),
        short_name=_("Outreach"),
        start_url="/",
        scope="/",
        display="standalone",
        background_color="#eff2f6",
        theme_color="#0a3f8f",
        icons=[{"src": f"{prefix}icons/plate.svg", "sizes": "any", "type": "image/svg+xml"}],
    )
    answer.mimetype = "application/manifest+json"
    return answer
