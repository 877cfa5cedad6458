"""The writers of homes, people, phones, consents and imports."""

from outreach.households.services.changing import change, change_person
from outreach.households.services.consents import agree, withdraw
from outreach.households.services.homes import (
    Entry,
    add,
    archive,
    move_homes,
    rename_keys,
    restore,
)
from outreach.households.services.merging import Origin, merge, resolve
from outreach.households.services.people import (
    Person,
    add_person,
    bring_back,
    join,
    leave,
)
from outreach.households.services.safety import Safety, tell_safety

__all__ = [
    "Entry",
    "Origin",
    "Person",
    "Safety",
    "add",
    "add_person",
    "agree",
    "archive",
    "bring_back",
    "change",
    "change_person",
    "join",
    "leave",
    "merge",
    "move_homes",
    "rename_keys",
    "resolve",
    "restore",
    "tell_safety",
    "withdraw",
]
