"""Positions and skills as people call them; other features' pages use these too."""

from __future__ import annotations

from outreach.core.i18n import gettext as _
from outreach.teams.models import Position, Skill


def position_name(position: Position) -> str:
    """Tổ trưởng, tổ phó, thành viên."""
    return {
        Position.LEADER: _("Head"),
        Position.DEPUTY: _("Deputy head"),
        Position.MEMBER: _("Member"),
    }[position]


def skill_name(skill: Skill | str) -> str:
    """What somebody may or can do, in a few words; as it is stored when we do not know it."""
    names = {
        Skill.VNEID: _("VNeID identification"),
        Skill.BANK: _("Bank accounts"),
        Skill.CARRIER: _("SIM and carrier matters"),
        Skill.PROCEDURES: _("Administrative procedures"),
        Skill.DIGITAL_SIGNATURE: _("Digital signatures"),
    }
    return names[Skill(skill)] if skill in set(Skill) else str(skill)


def organisations() -> list[str]:
    """Where members usually come from: suggestions, not a closed list."""
    return [
        _("Neighbourhood board"),
        _("Party cell"),
        _("Youth Union"),
        _("Women's Union"),
        _("Fatherland Front"),
        _("Veterans' Association"),
        _("Police"),
        _("Ward officer"),
        _("Carrier"),
        _("Bank"),
    ]
