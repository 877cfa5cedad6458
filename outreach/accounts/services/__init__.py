"""The only writers of accounts: signing in, invitations, devices, and the office's register."""

from outreach.accounts.services.attempts import refuse_if_too_often, remember
from outreach.accounts.services.devices import (
    is_contact_news,
    open_device,
    revoke,
    revoke_all,
    touch,
)
from outreach.accounts.services.invitations import Issued, accept, invite
from outreach.accounts.services.people import (
    Locked,
    Person,
    PhoneTaken,
    add,
    deactivate,
    edit,
    promote,
    reactivate,
    refuse_unless_administered,
    speak,
)
from outreach.accounts.services.signing_in import (
    Caller,
    Entered,
    WeakPassword,
    change_password,
    set_password,
    sign_in,
    sign_out,
    weakness_text,
)

__all__ = [
    "Caller",
    "Entered",
    "Issued",
    "Locked",
    "Person",
    "PhoneTaken",
    "WeakPassword",
    "accept",
    "add",
    "change_password",
    "deactivate",
    "edit",
    "invite",
    "is_contact_news",
    "open_device",
    "promote",
    "reactivate",
    "refuse_if_too_often",
    "refuse_unless_administered",
    "remember",
    "revoke",
    "revoke_all",
    "set_password",
    "sign_in",
    "sign_out",
    "speak",
    "touch",
    "weakness_text",
]
