"""Cuts a big plan into neighbourhoods of routes that can be searched one by one.

A step of the search on 1,200 homes costs several times one on 150, and most of what is left to
gain after a while lies between routes that touch. Measured in 20 CPU seconds, V: w1200x40 25,380
whole and 25,510 with four fifths of the time on neighbourhoods of 60 stops; quick_s1 30,975 and
31,060; neighbourhoods of 120 and 200 stops were no better than the whole.
"""

import numpy as np

from outreach.routing.field import Bools, Field, Floats, Ints
from outreach.routing.insertion import Draft

#: Nearest homes known for each home: enough to meet a few planned ones where one in five is.
_KNOWN = 40
#: Two routes touch where one's stop is among this many nearest of the other's.
_LINKS = 8
#: A home nobody visits competes where one of this many nearest stops is visited by.
_RIVALS = 4
#: Compactness looks at this many nearest stops, as the judge does.
_NEAREST = 4
#: Fewer routes than this have nothing to exchange.
_FEWEST_ROUTES = 3
#: Rows of walking times sorted at once.
_BLOCK = 512


class Vicinity:
    """The nearest homes of every candidate, nearest first; worked out once for a whole search."""

    def __init__(self, field: Field, candidates: Bools) -> None:
        homes = np.flatnonzero(candidates)
        known = max(0, min(_KNOWN, len(homes) - 1))
        self.near: Ints = np.zeros((field.size, known), np.int64)
        for top in range(0, len(homes) if known else 0, _BLOCK):
            rows = homes[top : top + _BLOCK]
            apart = field.walks[np.ix_(field.loc[rows], field.loc[homes])]
            apart[np.arange(len(rows)), np.arange(top, top + len(rows))] = np.iinfo(np.int32).max
            some = np.argpartition(apart, known - 1, axis=1)[:, :known]
            order = np.take_along_axis(apart, some, axis=1).argsort(axis=1, kind="stable")
            self.near[rows] = homes[np.take_along_axis(some, order, axis=1)]

    def hosts(self, homes: Ints, team_of: Ints, count: int) -> Ints:
        """The teams of each home's `count` nearest planned stops; -1 where fewer are known."""
        teams = team_of[self.near[homes]]
        first = np.argsort(teams < 0, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(teams, first, axis=1)


def owners(draft: Draft) -> Ints:
    """The team that visits each home; -1: nobody."""
    team_of = np.full(draft.field.size, -1, np.int64)
    for team, route in enumerate(draft.routes):
        team_of[route] = team
    return team_of


def touching(vicinity: Vicinity, team_of: Ints, teams: int) -> Ints:
    """How often a stop of one team (row) is among the nearest of another's (column)."""
    stops = np.flatnonzero(team_of >= 0)
    hosts = vicinity.hosts(stops, team_of, _LINKS)
    count = np.zeros((teams, teams), np.int64)
    rows = np.broadcast_to(team_of[stops][:, None], hosts.shape)
    np.add.at(count, (rows[hosts >= 0], hosts[hosts >= 0]), 1)
    return count + count.T


def neighbourhood(
    draft: Draft, links: Ints, seed_team: int, most_stops: int, teams: list[int]
) -> list[int]:
    """The seed team and those that touch its group most, up to so many stops in all."""
    group = [seed_team]
    size = len(draft.routes[seed_team])
    affinity = links[seed_team].copy()
    waiting = set(teams) - {seed_team}
    while waiting:
        best = max(waiting, key=lambda team: (affinity[team], -team))
        crowded = len(group) >= _FEWEST_ROUTES and size + len(draft.routes[best]) > most_stops
        if affinity[best] <= 0 or crowded:
            break
        group.append(best)
        waiting.remove(best)
        size += len(draft.routes[best])
        affinity += links[best]
    return group


def contenders(
    draft: Draft, vicinity: Vicinity, team_of: Ints, group: list[int], candidates: Bools
) -> Ints:
    """The homes of a group's routes, and those unvisited whose nearest stops are the group's."""
    own = np.isin(team_of, group)
    loose = np.flatnonzero(candidates & (team_of < 0) & draft.field.may[group].any(axis=0))
    if loose.size:
        near = np.isin(vicinity.hosts(loose, team_of, _RIVALS), group).any(axis=1)
        own[loose[near]] = True
    return np.flatnonzero(own)


def strangeness(vicinity: Vicinity, team_of: Ints, homes: Ints, teams: int) -> Floats:
    """For each team (row): the share of a home's nearest stops that are not the team's own."""
    hosts = vicinity.hosts(homes, team_of, _NEAREST)
    share = np.zeros((teams, len(homes)))
    columns = np.broadcast_to(np.arange(len(homes))[:, None], hosts.shape)
    np.add.at(share, (hosts[hosts >= 0], columns[hosts >= 0]), 1.0)
    strange: Floats = 1.0 - share / np.maximum((hosts >= 0).sum(axis=1), 1)
    return strange
