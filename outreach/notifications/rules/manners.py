"""How a commune writes: its sender, its hours, and what its texts say of ways to answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from outreach.households.models import Language
from outreach.notifications.models import ReplyWay


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the day between which phones may ring, the siesta, and whether on weekends."""

    opens: int = 7 * 60
    closes: int = 21 * 60
    siesta_from: int = 11 * 60 + 30
    siesta_until: int = 13 * 60
    weekends: bool = True


@dataclass(frozen=True, slots=True)
class Manner:
    """Everything texts of one commune have in common."""

    sender: str
    #: The ward's phone, or its office's name where it has none.
    hotline: str
    way: ReplyWay = ReplyWay.HOTLINE
    number: str = ""
    keyword: str = ""
    #: Whether a visit is told of once more, an hour before.
    hour_before: bool = False
    hours: Hours = field(default_factory=Hours)

    def reply(self, language: Language) -> str:
        """How to answer, as a sentence with its last space. It promises only what works here."""
        spoken = _EN if language is Language.EN else _VI
        if self.way in NUMBERED and not self.number:
            return spoken[ReplyWay.HOTLINE]
        if self.way is ReplyWay.SHORT_CODE and not self.keyword:
            return spoken[ReplyWay.SIM].format(number=self.number)
        return spoken[self.way].format(number=self.number, keyword=self.keyword)


#: Ways that need a number of their own.
NUMBERED = frozenset({ReplyWay.SIM, ReplyWay.SHORT_CODE, ReplyWay.MISSED_CALL})
#: Ways on which a text can be answered with a text.
TWO_WAY = frozenset({ReplyWay.SIM, ReplyWay.SHORT_CODE, ReplyWay.SENDER})

_VI = {
    ReplyWay.HOTLINE: "Đổi hẹn: xin gọi. ",
    ReplyWay.SIM: "Nhắn 1 đồng ý/2 đổi: {number}. ",
    ReplyWay.SHORT_CODE: "{keyword} 1 đồng ý/2 đổi gửi {number}. ",
    ReplyWay.MISSED_CALL: "Đồng ý: nháy máy {number}. ",
    ReplyWay.COUNTER: "Đổi hẹn: đến UBND. ",
    ReplyWay.PAGE: "Đổi hẹn: trang của UBND. ",
    ReplyWay.SENDER: "Nhắn 1 đồng ý, 2 đổi, 0 dừng. ",
}
_EN = {
    ReplyWay.HOTLINE: "To change, please call. ",
    ReplyWay.SIM: "Text 1 yes/2 move: {number}. ",
    ReplyWay.SHORT_CODE: "{keyword} 1 yes/2 move to {number}. ",
    ReplyWay.MISSED_CALL: "Yes? Missed call {number}. ",
    ReplyWay.COUNTER: "To change: ward office. ",
    ReplyWay.PAGE: "To change: the ward's page. ",
    ReplyWay.SENDER: "Reply 1 yes, 2 move, 0 stop. ",
}
