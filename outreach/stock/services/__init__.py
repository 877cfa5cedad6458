"""The only writers of devices, their movements, and counts of bags."""

from outreach.stock.services.arriving import Arrival, NewDevice, arrive, take_in_old
from outreach.stock.services.counting import Counted, count_bag
from outreach.stock.services.giving import (
    find_again,
    give_to_bag,
    give_to_team,
    lose,
    send_away,
    take_back,
)
from outreach.stock.services.moving import move
from outreach.stock.services.receiving import receive, receive_on_word

__all__ = [
    "Arrival",
    "Counted",
    "NewDevice",
    "arrive",
    "count_bag",
    "find_again",
    "give_to_bag",
    "give_to_team",
    "lose",
    "move",
    "receive",
    "receive_on_word",
    "send_away",
    "take_back",
    "take_in_old",
]
