"""The only writers of what phones send besides visit reports, and of what leaders do about it."""

from outreach.phone.services.absent import nobody_home, report_id
from outreach.phone.services.carrying import mark_carried
from outreach.phone.services.door import add_person, fix_home, fix_person
from outreach.phone.services.finding import Found, Suspected, add_home
from outreach.phone.services.kept import Sent
from outreach.phone.services.reviewing import see_home, see_reports
from outreach.phone.services.swap import hand_over

__all__ = [
    "Found",
    "Sent",
    "Suspected",
    "add_home",
    "add_person",
    "fix_home",
    "fix_person",
    "hand_over",
    "mark_carried",
    "nobody_home",
    "report_id",
    "see_home",
    "see_reports",
]
