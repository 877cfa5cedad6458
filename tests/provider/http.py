"""The wire under the local provider: HTTP/1.1 with connections kept, dropped or garbled."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.provider.contract import Exchange


@dataclass
class Answer:
    """A status and a body; or a connection that breaks instead."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    garbled: bool = False


class Provider(Protocol):
    def answer(self, exchange: Exchange) -> tuple[Answer, Callable[[], None]]: ...
    def judge(self, exchange: Exchange) -> None: ...


class Handler(BaseHTTPRequestHandler):
    """Reads one request, asks the provider, writes its answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    provider: Provider

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """The tests' own output is enough."""

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Exchange(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query)),
            headers=dict(self.headers),
            body=body,
        )
        answer, afterwards = self.provider.answer(asked)
        if answer.drop:
            self.close_connection = True
            self.connection.close()
            return
        said = json.dumps(answer.body).encode()
        if not answer.garbled:
            self.provider.judge(asked.answered(answer.status, said))
        self._write(answer, said)
        afterwards()

    def _write(self, answer: Answer, said: bytes) -> None:
        sent = said[: len(said) // 2] if answer.garbled else said
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)
            self.wfile.flush()
        except OSError:  # the sender has given up waiting
            self.close_connection = True


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
