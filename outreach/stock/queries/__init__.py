"""Reads of devices, bags and deliveries, each in a constant number of queries."""

from outreach.stock.queries.bags import (
    Bag,
    InBag,
    awaited_in_bag,
    bag_of,
    bags,
    last_count,
    members_to_fill,
)
from outreach.stock.queries.devices import (
    Listed,
    Row,
    Wanted,
    at_places,
    by_imei,
    deliveries,
    device_in_scope,
    history,
    known_imeis,
    last_team,
    listed,
    standing,
)
from outreach.stock.queries.rights import check_answers, check_runs

__all__ = [
    "Bag",
    "InBag",
    "Listed",
    "Row",
    "Wanted",
    "at_places",
    "awaited_in_bag",
    "bag_of",
    "bags",
    "by_imei",
    "check_answers",
    "check_runs",
    "deliveries",
    "device_in_scope",
    "history",
    "known_imeis",
    "last_count",
    "last_team",
    "listed",
    "members_to_fill",
    "standing",
]
