"""How much of a plan's value its compactness may cost."""

from collections.abc import Sequence

from outreach.routing import scoring
from outreach.routing.insertion import Draft

#: That share, where there is not time for every home.
_COSTS = 0.0005


def best(plans: Sequence[Draft]) -> Draft:
    """The most compact of some plans of one field that are worth nearly as much as the best."""
    figures = [
        scoring.figures(plan.field.instance, plan.field.stops(plan.routes)) for plan in plans
    ]
    most = max(one.value for one in figures)  # below zero where homes that must be seen are far
    least = most - _COSTS * abs(most)
    good = [n for n, one in enumerate(figures) if one.value >= least]
    return plans[max(good, key=lambda n: (figures[n].purity or 0.0, figures[n].value))]
