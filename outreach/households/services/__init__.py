"""The writers of homes, people, phones, consents and imports."""

from outreach.households.services.consents import agree, withdraw
from outreach.households.services.homes import (
    Entry,
    add,
    archive,
    change,
    move_homes,
    restore,
)
from outreach.households.services.people import (
    Person,
    add_person,
    bring_back,
    change_person,
    leave,
)

__all__ = [
    "Entry",
    "Person",
    "add",
    "add_person",
    "agree",
    "archive",
    "bring_back",
    "change",
    "change_person",
    "leave",
    "move_homes",
    "restore",
    "withdraw",
]
