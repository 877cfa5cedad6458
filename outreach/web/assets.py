"""Static files under a versioned URL, compressed once, kept by browsers for a year.

The version is a hash of every file, so module imports between files need no rewriting.
`css/site.css` and `css/desk.css` are the files of `static/css/site/` and `static/css/desk/`,
put together at start.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request

from outreach.accounts.access import public

STATIC = Path(__file__).resolve().parents[2] / "static"
BUNDLES = ("site", "desk")
COMPRESSIBLE = (".css", ".js", ".svg", ".json", ".html", ".txt", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as bytes, with its compressed form where that helps."""

    body: bytes
    packed: bytes | None
    mimetype: str


@cache
def read_all(folder: Path = STATIC) -> dict[str, Asset]:
    """Every static file by its path below `folder`, with the style sheets put together."""
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    for bundle in BUNDLES:
        parts = [body for name, body in contents.items() if name.startswith(f"css/{bundle}/")]
        contents[f"css/{bundle}.css"] = b"\n".join(parts)
    return {name: _asset(name, body) for name, body in contents.items()}


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if name.endswith(COMPRESSIBLE) else None
    return Asset(body, packed, kind)


def version_of(assets: dict[str, Asset]) -> str:
    """Twelve hex digits that change when any file does."""
    digest = hashlib.sha256()
    for name, asset in sorted(assets.items()):
        digest.update(name.encode() + b"\0" + asset.body)
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    """Serve the files, and give templates `asset("css/site.css")`."""
    assets = read_all()
    version = version_of(assets)
    app.extensions["asset_version"] = version

    @app.get("/static/<version>/<path:name>", endpoint="asset")
    @public
    def serve(version: str, name: str) -> Response:
        found = assets.get(name) or abort(404)
        packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        response = Response(packed or found.body, mimetype=found.mimetype)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    prefix = f"/static/{version}/"  # a page asks hundreds of times, too often for url_for

    @app.template_global()
    def asset(name: str) -> str:
        return prefix + name
