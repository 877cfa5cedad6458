"""Where providers hand on what residents replied: believed only with the provider's proof."""

from __future__ import annotations

import hashlib
import hmac

from flask import abort, request
from flask.typing import ResponseReturnValue

from outreach.accounts.access import callback
from outreach.core import phones
from outreach.core.text import clean_lines
from outreach.messaging.channels import Channel, Forged
from outreach.messaging.views.blueprint import channels
from outreach.notifications.models import ReplySource
from outreach.notifications.services import replies
from outreach.notifications.services.replies import Incoming
from outreach.notifications.views.blueprint import bp, post, settings

_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@bp.post("/callbacks/twilio/reply")
@callback
def twilio_reply() -> ResponseReturnValue:
    """Twilio hands on a text; its signature covers the address and every field."""
    channel = _twilio()
    try:
        channel.receipt(request.full_path.rstrip("?"), dict(request.headers), request.form)
    except Forged:
        abort(403)
    sid, sender = request.form.get("MessageSid", ""), request.form.get("From", "")
    _take(ReplySource.TWILIO, sid, sender, request.form.get("Body", ""))
    return _NOTHING, 200, {"Content-Type": "text/xml"}


@bp.route("/callbacks/brandname/reply", methods=["GET", "POST"])
@callback
def brandname_reply() -> ResponseReturnValue:
    """A short code or SIM gateway hands on a text, sealed with MD5 over our shared secret."""
    sent = request.values
    ref, sender = sent.get("id", ""), sent.get("from", "")
    text, seal = sent.get("text", ""), sent.get("sign", "")
    secret = settings().sms_reply_secret
    if not secret or not hmac.compare_digest(sealed(secret, ref, sender, text), seal.lower()):
        abort(403)
    _take(ReplySource.BRANDNAME, ref, sender, text)
    return "OK", 200, {"Content-Type": "text/plain"}


def sealed(secret: str, ref: str, sender: str, text: str) -> str:
    """The gateways' own seal: MD5 of what was sent and the secret, a | between."""
    whole = f"{ref}|{sender}|{text}|{secret}"
    return hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()


def _take(source: ReplySource, ref: str, sender: str, text: str) -> None:
    """Store it, unless it has no number or no name of its own."""
    number = phones.parse(f"+{sender}" if sender.startswith("84") else sender)
    if not ref or not isinstance(number, phones.Phone):
        abort(400)
    replies.take(post(), Incoming(source, ref, number.e164, clean_lines(text)))


def _twilio() -> Channel:
    """The channel that knows the signature; 404 where no account with Twilio is set up."""
    found = channels().known.get("twilio")
    if found is None:
        abort(404)
    return found
