"""Takes in what residents answer, however it came, and does what it plainly says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.text import without_secrets
from outreach.messaging.models import Source
from outreach.notifications import texts
from outreach.notifications.models import Meaning, Reply, ReplySource, ReplyState
from outreach.notifications.queries import replies
from outreach.notifications.queries.replies import Sender
from outreach.notifications.rules.answers import Answer, understand
from outreach.notifications.services.deeds import Deed, recipient
from outreach.notifications.services.post import Post

#: More than this in a day from one phone is no conversation: a machine answers our answers.
MOST_A_DAY = 10


@dataclass(frozen=True, slots=True)
class Incoming:
    """One answer as it came: the provider's number for it makes it the same one again."""

    source: ReplySource
    ref: str
    phone: str
    text: str


def take(post: Post, incoming: Incoming, *, typed_by: User | None = None) -> Reply:
    """Store an answer and do what it plainly says; the same one again changes nothing."""
    known = post.session.scalar(
        sa.select(Reply).where(Reply.source == incoming.source, Reply.provider_ref == incoming.ref)
    )
    return known or _taken(post, incoming, typed_by)


def _taken(post: Post, incoming: Incoming, typed_by: User | None) -> Reply:
    sender = replies.sender(post.session, incoming.phone)
    keyword = post.manner(sender.area_id).keyword if sender.area_id else ""
    answer = understand(incoming.text, keyword=keyword)
    reply = Reply(
        id=uuid4(),
        source=incoming.source,
        provider_ref=incoming.ref[:64],
        phone=incoming.phone,
        text=without_secrets(incoming.text)[:1000],
        meaning=answer.meaning,
        state=ReplyState.WAITING,
        outcome="unclear",
        area_id=sender.area_id,
        received_at=post.now,
        typed_by_id=typed_by.id if typed_by else None,
    )
    try:
        with post.session.begin_nested():
            post.session.add(reply)
    except IntegrityError:  # the same one came at the same moment
        return post.session.scalars(
            sa.select(Reply).where(
                Reply.source == incoming.source, Reply.provider_ref == incoming.ref
            )
        ).one()
    audit.record(
        post.session, actor=typed_by, action="reply.received", subject=reply, now=post.now,
        meaning=answer.meaning,
    )  # fmt: skip
    crowded = replies.lately(post.session, incoming.phone, now=post.now) > MOST_A_DAY
    if crowded and answer.meaning is not Meaning.STOP:
        reply.outcome = "too_many"
    else:
        reply.outcome = _Conversation(post, reply, sender, typed_by).go(answer)
    if reply.outcome in DONE:
        reply.state = ReplyState.DONE
    return reply


#: Outcomes that need nobody.
DONE = frozenset({"confirmed", "offered", "moved", "stopped", "told_who"})


class _Conversation:
    """One answer of one phone."""

    def __init__(self, post: Post, reply: Reply, sender: Sender, typed_by: User | None) -> None:
        self._post, self._reply, self._sender = post, reply, sender
        self._deed = Deed(post, "reply" if typed_by is None else "typed", typed_by)
        self._typed = typed_by is not None

    def go(self, answer: Answer) -> str:
        """What came of it, as a word of `outcomes`."""
        if answer.meaning is Meaning.STOP:
            return self._stop()
        if not self._sender.residents:
            return "stranger"
        if answer.meaning is Meaning.CHOICE:
            return self._choice(answer.choice or 0)
        by_meaning: dict[Meaning, Callable[[], str]] = {
            Meaning.HELP: self._help,
            Meaning.CONFIRM: self._yes,
            Meaning.MOVE: lambda: self._about_one(self._move),
        }
        return by_meaning.get(answer.meaning, lambda: "unclear")()

    def _stop(self) -> str:
        source = Source.HOTLINE if self._typed else Source.REPLY
        self._deed.stop(self._reply.phone, source=source)
        if to := recipient(self._sender):
            self._post.answer(str(self._reply.id), texts.STOPPED, to)
        return "stopped"

    def _help(self) -> str:
        to = recipient(self._sender)
        told = to is not None and self._post.answer(str(self._reply.id), texts.HELP, to)
        return "told_who" if told else "asks"

    def _yes(self) -> str:
        """A yes to what was told; after a visit was moved and confirmed, it is only manners."""
        outcome = self._about_one(self._confirm)
        if outcome != "no_visit":
            return outcome
        visits = replies.visits_of(self._post.session, self._sender.home_ids, now=self._post.now)
        return "confirmed" if visits and all(one.confirmed_at for one in visits) else outcome

    def _about_one(self, do: Callable[[Appointment], str]) -> str:
        """Only where it can be about one visit: with two of them a person asks which."""
        visits = self._visits()
        if len(visits) != 1:
            return "two_visits" if visits else "no_visit"
        self._reply.appointment_id = visits[0].id
        self._reply.area_id = visits[0].household.area_id
        return do(visits[0])

    def _visits(self) -> Sequence[Appointment]:
        """What this phone was told of; for somebody on the line, what its homes expect."""
        session, now = self._post.session, self._post.now
        zone = self._post.settings.zone
        told = replies.told_visits(session, self._reply.phone, zone, now=now)
        told = [one for one in told if one.household_id in self._sender.home_ids]
        if told or not self._typed:
            return told
        return replies.visits_of(session, self._sender.home_ids, now=now)

    def _confirm(self, visit: Appointment) -> str:
        self._deed.confirm(visit)
        return "confirmed"

    def _move(self, visit: Appointment) -> str:
        offer = self._deed.offer(visit, self._reply.phone)
        to = recipient(self._sender, visit)
        if offer is None or to is None:
            return "no_window"
        told = self._post.two_way(to.area_id) and self._deed.tell_offer(
            offer, to, key=str(self._reply.id)
        )
        return "offered" if told and not self._typed else "wants_to_move"

    def _choice(self, choice: int) -> str:
        offer = replies.open_offer(self._post.session, self._reply.phone, now=self._post.now)
        if offer is None or choice >= len(offer.windows):
            return "no_offer"
        self._reply.appointment_id = offer.appointment_id
        try:
            with self._post.session.begin_nested():
                visit = self._deed.choose(offer, choice)
        except Refusal:
            return "window_gone"
        if to := recipient(self._sender, visit):
            self._deed.tell_moved(visit, to, key=str(self._reply.id))
        return "moved"


def settle(
    post: Post,
    reply: Reply,
    deed: str,
    *,
    actor: User,
    appointment_id: UUID | None = None,
    choice: int | None = None,
) -> Reply:
    """A person says what a waiting answer meant: confirm, offer, choose, stop or dealt."""
    if reply.state is not ReplyState.WAITING:
        raise Conflict(_("Somebody has answered this already."))
    sender = replies.sender(post.session, reply.phone)
    act = Deed(post, "typed", actor)
    visit = _chosen(post, sender, appointment_id)
    if deed == "stop":
        act.stop(reply.phone, source=Source.REPLY)
    elif deed in {"confirm", "offer", "choose"}:
        if visit is None:
            raise Conflict(_("Please choose which visit it is about."))
        _about(act, deed, visit, sender=sender, reply=reply, choice=choice)
        reply.appointment_id = visit.id
    if deed != "offer":
        reply.state, reply.handled_by_id, reply.handled_at = ReplyState.ANSWERED, actor.id, post.now
    reply.outcome = _SETTLED.get(deed, "dealt")
    audit.record(
        post.session, actor=actor, action="reply.settled", subject=reply, now=post.now, deed=deed
    )
    return reply


_SETTLED = {
    "confirm": "confirmed", "offer": "wants_to_move", "choose": "moved", "stop": "stopped",
}  # fmt: skip


def _about(
    act: Deed,
    deed: str,
    visit: Appointment,
    *,
    sender: Sender,
    reply: Reply,
    choice: int | None,
) -> None:
    post = act.post
    if deed == "confirm":
        act.confirm(visit)
        return
    offer = act.offer(visit, reply.phone)
    if offer is None:
        raise Conflict(_("There is no free time in the next two weeks. Please call them."))
    if deed == "choose":
        act.choose(offer, -1 if choice is None else choice)
        if to := recipient(sender, visit):
            act.tell_moved(visit, to, key=str(reply.id))
    elif (to := recipient(sender, visit)) and post.two_way(to.area_id):
        act.tell_offer(offer, to, key=str(reply.id))


def _chosen(post: Post, sender: Sender, appointment_id: UUID | None) -> Appointment | None:
    """One of the phone's own visits, so that no answer touches a stranger's."""
    visits = replies.visits_of(post.session, sender.home_ids, now=post.now)
    return next((one for one in visits if one.id == appointment_id), None)
