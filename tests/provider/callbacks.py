"""Status callbacks as Twilio makes them: a signed form, posted to the address it was given."""

import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

#: (url, form, headers) -> the status it was answered with
Deliver = Callable[[str, dict[str, str], dict[str, str]], int]


def params_of(account: str, sid: str, to: str, status: str, code: int | None) -> dict[str, str]:
    params = {
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "From": "ToCNS",
        "MessageSid": sid,
        "MessageStatus": status,
        "SmsSid": sid,
        "SmsStatus": status,
        "To": to,
    }
    return params | ({"ErrorCode": str(code)} if code is not None else {})


def signed(token: str, url: str, params: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, params)}


def post(url: str, params: dict[str, str], headers: dict[str, str]) -> int:
    """Over a real socket; nothing but this machine is ever called."""
    assert url.startswith("http://127.0.0.1:"), url
    request = urllib.request.Request(url, urlencode(params).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
