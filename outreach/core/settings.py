"""Every knob the program has, read once from `OUTREACH_*` environment variables."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "OUTREACH_"


def _setting(default: Any, says: str) -> Any:
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings; the README's table is made from these lines."""

    database_url: str = _setting(
        "sqlite:///instance/outreach.sqlite",
        "Where the data is: an SQLite file or `postgresql://…`.",
    )
    secret_key: str = _setting(
        "", "Signs cookies; made once and kept beside the database when empty."
    )
    public_url: str = _setting(
        "", "How residents and providers reach the site, as in `https://ward.example`."
    )
    trusted_proxies: int = _setting(
        0, "How many reverse proxies stand in front and set X-Forwarded-*."
    )
    timezone: str = _setting("Asia/Ho_Chi_Minh", "Where the teams work.")
    threads: int = _setting(16, "Threads of the built-in server.")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR.")
    sms_channel: str = _setting(
        "sandbox", "`sandbox` shows messages on a page and sends nothing; `twilio` sends."
    )
    sms_sender_name: str = _setting(
        "To CNSCD", "The name at the start of every SMS, as registered with the carriers."
    )
    hotline: str = _setting(
        "", "The ward's phone number, told in SMS, where a commune has none of its own."
    )
    sms_reply_secret: str = _setting(
        "", "Checks replies that a gateway hands on; none are taken while it is empty."
    )
    twilio_account_sid: str = _setting("", "Twilio account (AC…).")
    twilio_auth_token: str = _setting("", "Twilio secret; also checks callbacks.")
    twilio_messaging_service_sid: str = _setting("", "Twilio Messaging Service (MG…).")
    twilio_sender: str = _setting("", "Registered sender, where no service is used.")
    twilio_base_url: str = _setting("", "Another address for Twilio's API (tests, relays).")
    twilio_timeout: float = _setting(10.0, "Seconds to wait for Twilio's answer.")
    testing: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the environment. Raises ValueError naming what is unknown or unreadable."""
        given = {k[len(PREFIX) :].lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
        known = {f.name: f for f in fields(cls) if f.name != "testing"}
        if unknown := given.keys() - known.keys():
            names = ", ".join(PREFIX + name.upper() for name in sorted(unknown))
            raise ValueError(f"unknown settings: {names}")
        values = {name: _read(name, text, known[name].default) for name, text in given.items()}
        settings = cls(**values)  # type: ignore[arg-type]
        settings.check()
        return settings

    def check(self) -> None:
        """Raise ValueError, in a sentence, for values that cannot work."""
        try:
            _ = self.zone
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"{PREFIX}TIMEZONE: no time zone is called {self.timezone!r}"
            ) from error
        if self.sms_channel not in {"sandbox", "twilio"}:
            raise ValueError(
                f"{PREFIX}SMS_CHANNEL must be sandbox or twilio, not {self.sms_channel!r}"
            )
        if self.sms_channel == "twilio" and not (
            self.twilio_account_sid
            and self.twilio_auth_token
            and (self.twilio_messaging_service_sid or self.twilio_sender)
        ):
            raise ValueError(
                f"{PREFIX}SMS_CHANNEL=twilio needs {PREFIX}TWILIO_ACCOUNT_SID, "
                f"{PREFIX}TWILIO_AUTH_TOKEN and a messaging service or a sender"
            )


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool) or not isinstance(default, int | float):
        return text
    try:
        return type(default)(text)
    except ValueError as error:
        raise ValueError(f"{PREFIX}{name.upper()} must be a number, not {text!r}") from error


def table() -> list[tuple[str, str, str]]:
    """(variable, default, what it is) for the README."""
    return [
        (
            PREFIX + f.name.upper(),
            str(f.default),
            f.metadata["says"],
        )
        for f in fields(Settings)
        if "says" in f.metadata
    ]


def kept_secret(folder: Path) -> str:
    """A secret made once and kept in `folder`, readable by its owner only."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()
