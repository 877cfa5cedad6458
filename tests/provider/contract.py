"""Twilio's own description of its Messages API, as judge of both sides of every exchange."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

SPECIFICATION = Path(__file__).parents[3] / "shared/data/twilio/messages.openapi.json"
CREATE = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
#: The specification describes no errors; this is the shape the documentation gives them.
ERROR = {"code": int, "message": str, "more_info": str, "status": int}
FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the answer it got, as they were on the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer: bytes = b""

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    def answered(self, status: int, answer: bytes) -> "Exchange":
        return replace(self, status=status, answer=answer)


class Contract:
    """Finds what either side said that the specification does not allow."""

    def __init__(self, specification: dict[str, Any]) -> None:
        self._api = OpenAPI.from_dict(specification)
        form = specification["paths"][CREATE]["post"]["requestBody"]["content"]
        self._fields = set(form["application/x-www-form-urlencoded"]["schema"]["properties"])

    @classmethod
    def published(cls) -> "Contract | None":
        """None when the specification is not on this machine."""
        if not SPECIFICATION.exists():
            return None
        return cls(json.loads(SPECIFICATION.read_text()))

    def violations(self, exchange: Exchange) -> list[str]:
        request = MockRequest(
            "https://api.twilio.com",
            exchange.method.lower(),
            exchange.path,
            args=exchange.query,
            headers=exchange.headers,
            data=exchange.body,
            content_type=exchange.headers.get("Content-Type", ""),
        )
        if exchange.status >= FIRST_ERROR:
            return _error_violations(exchange)
        found = [f"request: {field} is no parameter" for field in self._unknown(exchange)]
        response = MockResponse(
            exchange.answer, status_code=exchange.status, content_type="application/json"
        )
        for check in (
            lambda: self._api.validate_request(request),
            lambda: self._api.validate_response(request, response),
        ):
            try:
                check()
            except OpenAPIError as error:
                found.append(f"{exchange.method} {exchange.path}: {error!r} {error.__cause__}")
        return found

    def _unknown(self, exchange: Exchange) -> set[str]:
        if exchange.method != "POST":
            return set()
        return set(exchange.form()) - self._fields


def _error_violations(exchange: Exchange) -> list[str]:
    body = json.loads(exchange.answer)
    shaped = {name: type(value) for name, value in body.items()} == ERROR
    return [] if shaped and body["status"] == exchange.status else [f"error body: {body}"]
