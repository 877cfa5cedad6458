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
#: Characters of a secret that must not be guessed.
SHORTEST_KEY = 32
#: Ways out for SMS.
CHANNELS = ("sandbox", "brandname", "twilio")


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
    streets_folder: str = _setting(
        "", "Where imported streets are kept; `streets` beside the database when empty."
    )
    threads: int = _setting(16, "Threads of the built-in server.")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR.")
    sms_channel: str = _setting(
        "sandbox",
        "`sandbox` shows messages on a page and sends nothing; `brandname` (a Vietnamese gateway) "
        "and `twilio` (abroad) send.",
    )
    sms_fallback_channel: str = _setting(
        "", "Takes over while the first one fails too often: `brandname`, `twilio` or nothing."
    )
    sms_sender_name: str = _setting(
        "To CNSCD", "The name at the start of every SMS, as registered with the carriers."
    )
    hotline: str = _setting(
        "", "The ward's phone number, told in SMS, where a commune has none of its own."
    )
    sms_brandname_url: str = _setting(
        "https://rest.esms.vn/MainService.svc/json",
        "The brandname gateway: eSMS, or another with the same JSON shape.",
    )
    sms_brandname_key: str = _setting("", "The gateway's ApiKey.")
    sms_brandname_secret: str = _setting("", "The gateway's SecretKey; also seals callbacks.")
    sms_brandname_sender: str = _setting(
        "", "The registered brandname, where a commune has none of its own."
    )
    sms_brandname_timeout: float = _setting(10.0, "Seconds to wait for the gateway's answer.")
    sms_brandname_price: int = _setting(
        850, "đồng a segment through the gateway, as in the contract: budgets reckon with it."
    )
    sms_twilio_price: int = _setting(
        2500, "đồng a segment through Twilio, from its price list: budgets reckon with it."
    )
    sms_reply_secret: str = _setting(
        "", "Checks replies that a gateway hands on; none are taken while it is empty."
    )
    identity_pepper: str = _setting(
        "",
        "Turns identity numbers into digests that find the same person twice; while it is empty, "
        "no number is ever asked for. At least 32 characters, kept apart from backups.",
    )
    identity_pepper_before: str = _setting(
        "", "The pepper before the present one, while digests made with it are still there."
    )
    exchange_key: str = _setting(
        "", "Shared with partners to compare who was helped, by digests alone; empty: nobody."
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

    @property
    def data_folder(self) -> Path:
        """Where what belongs to the database is kept: beside an SQLite file, else `instance`."""
        prefix = "sqlite:///"
        if self.database_url.startswith(prefix):
            return Path(self.database_url.removeprefix(prefix)).parent
        return ROOT / "instance"

    @property
    def streets(self) -> Path:
        """Where imported streets and the ways measured on them are kept."""
        return Path(self.streets_folder or self.data_folder / "streets").absolute()

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
        for name in ("identity_pepper", "identity_pepper_before", "exchange_key"):
            if 0 < len(getattr(self, name)) < SHORTEST_KEY:
                raise ValueError(f"{PREFIX}{name.upper()} needs at least {SHORTEST_KEY} characters")
        self._check_channels()

    def _check_channels(self) -> None:
        """Each way out that is chosen has what it needs."""
        if self.sms_channel not in CHANNELS:
            raise ValueError(
                f"{PREFIX}SMS_CHANNEL must be {' or '.join(CHANNELS)}, not {self.sms_channel!r}"
            )
        if self.sms_fallback_channel not in {"", *CHANNELS} - {"sandbox", self.sms_channel}:
            raise ValueError(
                f"{PREFIX}SMS_FALLBACK_CHANNEL must be another channel that really sends, "
                f"not {self.sms_fallback_channel!r}"
            )
        for name in (self.sms_channel, self.sms_fallback_channel):
            if name == "twilio" and not self._has_twilio:
                raise ValueError(
                    f"the channel twilio needs {PREFIX}TWILIO_ACCOUNT_SID, "
                    f"{PREFIX}TWILIO_AUTH_TOKEN and a messaging service or a sender"
                )
            if name == "brandname" and not self._has_brandname:
                raise ValueError(
                    f"the channel brandname needs {PREFIX}SMS_BRANDNAME_KEY, "
                    f"{PREFIX}SMS_BRANDNAME_SECRET and {PREFIX}SMS_BRANDNAME_SENDER"
                )

    @property
    def _has_twilio(self) -> bool:
        sender = self.twilio_messaging_service_sid or self.twilio_sender
        return bool(self.twilio_account_sid and self.twilio_auth_token and sender)

    @property
    def _has_brandname(self) -> bool:
        account = self.sms_brandname_key and self.sms_brandname_secret
        return bool(account and self.sms_brandname_sender)


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
