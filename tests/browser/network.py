"""A misbehaving network: a proxy that loses answers, breaks, or is somebody's Wi-Fi.

It cuts what a service worker sends as well, which a browser's own throttling does not reach.
"""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PORTAL = b"<!doctype html><title>Free Wi-Fi</title><h1>Welcome! Please accept our terms</h1>"
REPORT_ID = re.compile(r"\breport_id=([0-9a-f-]{36})")
HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "server", "date"}


class Weather(StrEnum):
    """What becomes of a request."""

    CLEAR = "clear"
    #: The server gets it and answers, and nobody hears.
    ANSWER_LOST = "answer_lost"
    #: A gateway in front of a server that is down.
    BROKEN = "broken"
    #: Somebody else's page, with 200, for whatever is asked.
    PORTAL = "portal"
    #: Connections end without a word.
    DEAD = "dead"


class Network(ThreadingHTTPServer):
    """Listens on a port of its own; `weather` may be changed at any moment."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.site = urlsplit(site).netloc
        self.weather = Weather.CLEAR
        #: How often each method and path was asked for, whatever became of it.
        self.asked: Counter[str] = Counter()
        #: How often each report's id went up.
        self.carried: Counter[str] = Counter()
        #: Bytes of bodies that went up and came down, as they travelled.
        self.up = self.down = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Network

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked[f"{self.command} {urlsplit(self.path).path}"] += 1
        self.server.carried.update(REPORT_ID.findall(body.decode(errors="replace")))
        self.server.up += len(body)
        weather = self.server.weather
        if weather is Weather.BROKEN:
            return self._answer(503, b"<h1>503</h1>", [("Content-Type", "text/html")])
        if weather is Weather.PORTAL:
            return self._answer(200, PORTAL, [("Content-Type", "text/html")])
        if weather is Weather.DEAD:
            return self._hang_up()
        status, headers, answer = self._ask(body)
        if weather is Weather.ANSWER_LOST and self.command == "POST":
            return self._hang_up()
        return self._answer(status, answer, headers)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(self.server.site, timeout=30)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
            upstream.request(self.command, self.path, body or None, headers)
            answer = upstream.getresponse()
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP]
            return answer.status, kept, answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.down += len(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's word
        """Silent."""


@contextmanager
def network(site: str) -> Iterator[Network]:
    """A network before the site at this address, until left."""
    found = Network(site)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        found.shutdown()
        found.server_close()
        thread.join(5)
