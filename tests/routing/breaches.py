"""What a plan breaks that it does not own up to."""

from outreach.routing import check
from outreach.routing.plan import Plan
from outreach.routing.problem import Instance

TOLERATED = {check.Rule.REQUIRED_NOT_SERVED, check.Rule.PINNED_NOT_SERVED}


def breaches(instance: Instance, plan: Plan) -> list[str]:
    """What the plan breaks that it does not own up to and that the past did not break already."""
    prefixes = {t.id: list(t.frozen_prefix) for t in instance.teams if t.frozen_prefix}
    before = {str(violation) for violation in check.violations(instance, prefixes)}
    unmet = {left.household for left in plan.unmet}
    return [
        str(violation)
        for violation in check.check(instance, plan)
        if str(violation) not in before
        and not (violation.rule in TOLERATED and violation.facts["household"] in unmet)
    ]
