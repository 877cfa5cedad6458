"""The only writers of cases and steps: recording help, taking it back, both from the desk."""

from outreach.assistance.services.benefits import AlreadyHelped, refuse_twice
from outreach.assistance.services.checking import Clash, Help, WrongMove
from outreach.assistance.services.desk import DeskStep, TooEarly, record_at_desk, take_back_at_desk
from outreach.assistance.services.steps import (
    Circumstances,
    Prepared,
    prepare_steps,
    record_steps,
    store_steps,
    take_back,
    undo_report,
)

__all__ = [
    "AlreadyHelped",
    "Circumstances",
    "Clash",
    "DeskStep",
    "Help",
    "Prepared",
    "TooEarly",
    "WrongMove",
    "prepare_steps",
    "record_at_desk",
    "record_steps",
    "refuse_twice",
    "store_steps",
    "take_back",
    "take_back_at_desk",
    "undo_report",
]
