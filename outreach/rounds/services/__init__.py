"""The only writers of rounds: creating, planning, changing by hand, publishing."""

from outreach.rounds.services.absence import Shared, mark_absent, mark_present
from outreach.rounds.services.accepting import accept
from outreach.rounds.services.claiming import (
    NothingToTake,
    StillBusy,
    claim_next,
    extend_lease,
    give_back,
)
from outreach.rounds.services.creating import Wish, create, drafted
from outreach.rounds.services.edits import (
    Edit,
    add_home,
    fill_route,
    lock_route,
    lock_stop,
    move_stop,
    remove_stop,
)
from outreach.rounds.services.finding import add_found
from outreach.rounds.services.foreseeing import Impossible, foreseen
from outreach.rounds.services.handing_out import hand_out
from outreach.rounds.services.learning import learn_walking
from outreach.rounds.services.pairing import join, limit, part
from outreach.rounds.services.planning import (
    Asked,
    ask,
    beat,
    claim,
    fail,
    measured,
    owned,
    request_planning,
    stop_planning,
)
from outreach.rounds.services.proposing import Terms, propose, throw_away
from outreach.rounds.services.publishing import announce, cancel, close, publish, withdraw
from outreach.rounds.services.storing import store
from outreach.rounds.services.timing import walker_of
from outreach.rounds.services.undoing import undo
from outreach.rounds.services.urgent import Offer, offers
from outreach.rounds.services.wanting import Asking, no_longer_want, want

__all__ = [
    "Asked",
    "Asking",
    "Edit",
    "Impossible",
    "NothingToTake",
    "Offer",
    "Shared",
    "StillBusy",
    "Terms",
    "Wish",
    "accept",
    "add_found",
    "add_home",
    "announce",
    "ask",
    "beat",
    "cancel",
    "claim",
    "claim_next",
    "close",
    "create",
    "drafted",
    "extend_lease",
    "fail",
    "fill_route",
    "foreseen",
    "give_back",
    "hand_out",
    "join",
    "learn_walking",
    "limit",
    "lock_route",
    "lock_stop",
    "mark_absent",
    "mark_present",
    "measured",
    "move_stop",
    "no_longer_want",
    "offers",
    "owned",
    "part",
    "propose",
    "publish",
    "remove_stop",
    "request_planning",
    "stop_planning",
    "store",
    "throw_away",
    "undo",
    "walker_of",
    "want",
    "withdraw",
]
