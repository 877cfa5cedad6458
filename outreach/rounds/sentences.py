"""Says in a sentence why a home is left out, what a stop would break, why planning failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import numbers

from outreach.assistance.priority import REASONS
from outreach.core.i18n import gettext as _
from outreach.core.i18n import language, lazy_gettext
from outreach.households.models import Household
from outreach.rounds.safety import Rules
from outreach.teams.models import Skill
from outreach.turf import sentences as turf
from outreach.turf.walking import Walking

SKILLS: Mapping[str, str] = {
    Skill.VNEID: lazy_gettext("VNeID accounts"),
    Skill.BANK: lazy_gettext("bank accounts"),
    Skill.CARRIER: lazy_gettext("phone subscriptions"),
    Skill.PROCEDURES: lazy_gettext("public procedures"),
    Skill.DIGITAL_SIGNATURE: lazy_gettext("digital signatures"),
}

#: Why a home is left out. `%(…)s` are the facts of `routing.plan.Reason`, made readable.
LEFT_OUT: Mapping[str, str] = {
    "no_point": lazy_gettext("It has no point on the map yet; put it there to have it planned."),
    "nothing_missing": lazy_gettext("Nothing is left to help with there."),
    "other_round": lazy_gettext("Another round visits it that day."),
    "other_day": lazy_gettext("A round of another day has it, or a volunteer took it."),
    "visited": lazy_gettext("Somebody was there that day already."),
    "removed": lazy_gettext("It was taken off the round by hand."),
    "cancelled": lazy_gettext("The home asked not to be visited."),
    "lease_over": lazy_gettext("Whoever had taken it gave it back, or their time for it was over."),
    "no_skill": lazy_gettext("It needs somebody who knows %(skill)s; nobody on this round does."),
    "skill_absent": lazy_gettext("Whoever knows %(skill)s on this round cannot come."),
    "pinned_team_absent": lazy_gettext("It is locked to %(team)s, who cannot come."),
    "pinned_team_lacks_skill": lazy_gettext(
        "It is locked to %(team)s, who does not know %(skill)s."
    ),
    "no_team": lazy_gettext("Nobody can come."),
    "window_outside_shifts": lazy_gettext(
        "It can be visited from %(begins)s to %(ends)s, when nobody is out."
    ),
    "visit_too_long": lazy_gettext(
        "The visit takes %(service)s minutes; nobody has more than %(free)s."
    ),
    "too_far": lazy_gettext("Walking there takes %(walk)s minutes: too far for the session."),
    "promises_clash": lazy_gettext(
        "Everybody who could go is promised elsewhere at that time, as at %(household)s."
    ),
    "not_worth_the_walk": lazy_gettext(
        "It would add %(walk)s minutes of walking for %(team)s, more than the visit is worth."
    ),
    "lower_priority_than": lazy_gettext(
        "%(household)s, which %(team)s visits nearby, needs help more."
    ),
    "window_taken": lazy_gettext(
        "From %(begins)s to %(ends)s everybody who could go is with somebody else."
    ),
    "skilled_teams_full": lazy_gettext("Everybody who knows %(skill)s has a full session."),
    "pinned_team_full": lazy_gettext("It is locked to %(team)s, whose session is full."),
    "no_time": lazy_gettext("Everybody's session is full."),
    "no_pair": lazy_gettext("Nobody may go there alone, and nobody on this round goes in a pair."),
    "pair_absent": lazy_gettext(
        "Nobody may go there alone, and the pair on this round cannot come."
    ),
    "pairs_full": lazy_gettext("Nobody may go there alone, and every pair has a full session."),
    "pinned_team_alone": lazy_gettext(
        "It is locked to %(team)s, who walks alone; nobody may go there alone."
    ),
    "only_by": lazy_gettext("Only %(people)s may go there, who is not out on this round."),
    "only_by_full": lazy_gettext("Only %(people)s may go there, whose session is full."),
    "pinned_team_not_named": lazy_gettext(
        "It is locked to %(team)s, but only %(people)s may go there."
    ),
    "named_alone": lazy_gettext(
        "Only %(people)s may go there, and never alone: on this round they walk alone."
    ),
    "named_lacks_skill": lazy_gettext("Only %(people)s may go there, who does not know %(skill)s."),
    "no_skilled_pair": lazy_gettext(
        "Nobody may go there alone, and no pair on this round knows %(skill)s."
    ),
    "after_dark": lazy_gettext(
        "A visit there must end before dark, at %(dark)s; nobody can be there in time."
    ),
    "taken_before_dark": lazy_gettext(
        "A visit there must end before dark, at %(dark)s; until then everybody is with somebody "
        "else."
    ),
}

#: The same reasons in a few words, for filters.
SHORT: Mapping[str, str] = {
    "no_point": lazy_gettext("No point on the map"),
    "nothing_missing": lazy_gettext("Nothing missing"),
    "lease_over": lazy_gettext("Given back"),
    "other_round": lazy_gettext("On another round"),
    "other_day": lazy_gettext("On another day's round"),
    "visited": lazy_gettext("Visited already"),
    "removed": lazy_gettext("Taken off by hand"),
    "cancelled": lazy_gettext("Asked not to be visited"),
    "no_skill": lazy_gettext("Skill missing"),
    "skill_absent": lazy_gettext("Skill missing that day"),
    "pinned_team_absent": lazy_gettext("Locked to somebody absent"),
    "pinned_team_lacks_skill": lazy_gettext("Locked to somebody without the skill"),
    "no_team": lazy_gettext("Nobody can come"),
    "window_outside_shifts": lazy_gettext("Outside everybody's hours"),
    "visit_too_long": lazy_gettext("Visit too long"),
    "too_far": lazy_gettext("Too far"),
    "promises_clash": lazy_gettext("Clashes with another promise"),
    "not_worth_the_walk": lazy_gettext("Not worth the walk"),
    "lower_priority_than": lazy_gettext("Others need help more"),
    "window_taken": lazy_gettext("Everybody busy at that time"),
    "skilled_teams_full": lazy_gettext("The skilled are full"),
    "pinned_team_full": lazy_gettext("Its volunteer is full"),
    "no_time": lazy_gettext("Sessions full"),
    "no_pair": lazy_gettext("Needs a pair"),
    "pair_absent": lazy_gettext("Needs a pair"),
    "pairs_full": lazy_gettext("The pairs are full"),
    "pinned_team_alone": lazy_gettext("Locked to somebody alone"),
    "only_by": lazy_gettext("Its visitor is not out"),
    "only_by_full": lazy_gettext("Its visitor is full"),
    "pinned_team_not_named": lazy_gettext("Locked to somebody who may not go"),
    "named_alone": lazy_gettext("Its visitor walks alone"),
    "named_lacks_skill": lazy_gettext("Its visitor lacks the skill"),
    "no_skilled_pair": lazy_gettext("No pair with the skill"),
    "after_dark": lazy_gettext("Only before dark"),
    "taken_before_dark": lazy_gettext("Everybody busy before dark"),
}

BROKEN: Mapping[str, str] = {
    "late": lazy_gettext("Later than promised"),
    "early": lazy_gettext("Earlier than promised"),
    "skill": lazy_gettext("Lacks the skill"),
    "after_shift": lazy_gettext("Ends after the session"),
    "absent": lazy_gettext("Cannot come"),
    "alone": lazy_gettext("Nobody may go there alone"),
    "not_named": lazy_gettext("Others must go there"),
    "dark": lazy_gettext("Ends after dark"),
}

FAILURES: Mapping[str, str] = {
    "solver_broke": lazy_gettext("The planner broke down. Please try again."),
    "nothing_to_visit": lazy_gettext("No home could be planned. See below why each was left out."),
}

#: The ways of planning again.
MODES: Mapping[str, str] = {
    "fill": lazy_gettext("Only fill gaps"),
    "least": lazy_gettext("Disturb as little as possible"),
    "free": lazy_gettext("Plan anew from scratch"),
}

#: Why this home today, besides what `assistance` says.
HERE_BECAUSE: Mapping[str, str] = {
    "appointment": lazy_gettext("Agreed appointment"),
    "wanted": lazy_gettext("Somebody asked for this visit"),
}


def left_out(reason: str, values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The sentence. `names` has people by user id and addresses by household id."""
    sentence = str(LEFT_OUT.get(reason, LEFT_OUT["no_time"]))
    return sentence % _Facts(values, names) if "%(" in sentence else sentence


class _Facts(dict[str, str]):
    """Facts as people read them."""

    def __init__(self, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        super().__init__()
        for name in ("team", "household"):
            self[name] = names.get(str(values.get(name)), _("somebody else"))
        self["skill"] = skill(str(values.get("skill", "")))
        for name in ("begins", "ends"):
            self[name] = _clock(int(values.get(name, 0)))
        self["dark"] = _clock(int(values.get("dark_s", 0)))
        people = str(values.get("people", "")).split()
        self["people"] = ", ".join(names.get(one, _("somebody else")) for one in people)
        for name in ("service", "free", "walk"):
            self[name] = str(-(-int(values.get(f"{name}_s", 0)) // 60))


def safety(home: Household, safe: Rules) -> list[str]:
    """What visitors of a home must keep to, on paper."""
    found = []
    if safe.pair:
        found.append(_("Do not go alone: two people go there together."))
    if safe.dark_s is not None:
        found.append(_("Leave before %(time)s, when it gets dark.", time=_clock(safe.dark_s)))
    elif home.not_after_dark:
        found.append(_("Leave before it gets dark."))
    if home.visitors:
        names = ", ".join(one.name for one in home.visitors)
        found.append(_("Only %(people)s may go there.", people=names))
    return [*found, home.safety_reason] if found and home.safety_reason else found


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def skill(code: str) -> str:
    """What somebody must know."""
    return str(SKILLS.get(code, code))


def why(code: str) -> str:
    """Why a home is visited."""
    return str(HERE_BECAUSE.get(code) or REASONS.get(code, code))


def walking(source: Walking | None) -> str:
    """From what a plan's walking times are worked out, as it was then; empty without a plan."""
    if source is None:
        return ""
    told = turf.walking(source)
    return f"{told} {_SLACK}" if source.guessed else told


_SLACK = lazy_gettext(
    "Alleys may take longer, so the later a visit is on its route, the later the time told to its "
    "home ends, by up to half an hour."
)


def _number(value: float) -> str:
    return numbers.format_decimal(value, locale=language())
