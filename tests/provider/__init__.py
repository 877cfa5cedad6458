"""A local provider shaped like Twilio: remembers what it took, and misbehaves when told to."""

from tests.provider.contract import Contract
from tests.provider.twilio import ACCOUNT, SERVICE, TOKEN, Fault, LocalTwilio

__all__ = ["ACCOUNT", "SERVICE", "TOKEN", "Contract", "Fault", "LocalTwilio"]
