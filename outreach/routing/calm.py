"""Keeps a new plan from disturbing everybody: only the few best placed routes may change."""

from dataclasses import replace

import numpy as np

from outreach.routing import balance, field, insertion, starts
from outreach.routing.field import Field
from outreach.routing.insertion import Draft
from outreach.routing.problem import Instance

#: "Volunteer ill" changes this many other routes unless the leader wants more.
MOST_CHANGED = 3
#: An orphan that fits into a route as it is says more than one that would be near it.
_FITS = 3.0
#: Near is among this many nearest stops.
_NEAREST = 5


def narrowed(instance: Instance, most_changed: int = MOST_CHANGED) -> Instance:
    """The same question with every route locked but those that suit the orphans best.

    Orphans are homes whose team is absent and homes that must be served and are on no route.
    Without orphans, or with few enough teams, nothing is locked.
    """
    ground = field.build(instance)
    held = starts.held(ground)
    orphans = orphaned(held)
    teams = balance.present(ground)
    if not orphans or len(teams) <= most_changed:
        return instance
    score = _suits(held, orphans)
    open_teams = set(sorted(teams, key=lambda team: (-score[team], team))[:most_changed])
    return replace(
        instance,
        teams=tuple(
            team if number in open_teams or team.absent else replace(team, locked=True)
            for number, team in enumerate(instance.teams)
        ),
    )


def orphaned(held: Draft) -> list[int]:
    """Homes that somebody must take over or take on."""
    ground = held.field
    instance = ground.instance
    return [
        number
        for number, home in enumerate(instance.households)
        if not held.taken[number]
        and ground.may[:, number].any()
        and (ground.must[number] or home.id in instance.held_by)
    ]


def _suits(held: Draft, orphans: list[int]) -> field.Floats:
    """How well each team could take orphans: those that fit as it is, and those nearby."""
    ground = held.field
    score = _nearby(ground, held, orphans)
    trial = Draft(ground, held.routes)
    mask = np.zeros(ground.size, np.bool_)
    mask[orphans] = True
    insertion.fill(trial, mask)
    for team, route in enumerate(trial.routes):
        score[team] += _FITS * (len(route) - len(held.routes[team]))
    return score


def _nearby(ground: Field, held: Draft, orphans: list[int]) -> field.Floats:
    score = np.zeros(len(held.routes))
    stops = np.array([home for route in held.routes for home in route], np.int64)
    owner = np.array([team for team, route in enumerate(held.routes) for _ in route], np.int64)
    if not stops.size:
        return score
    for home in orphans:
        way = ground.walks[ground.loc[home], ground.loc[stops]]
        near = owner[np.argsort(way, kind="stable")[:_NEAREST]]
        np.add.at(score, near[ground.may[near, home]], 1.0 / _NEAREST)
    return score
