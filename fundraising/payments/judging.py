"""What one transaction of the intake is about: facts are judged here, and what they change is drawn up. Pure.

`batch` locks the payments before and writes everything after; it may judge the same facts again, on fresh rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from fundraising.funds import counting
from fundraising.payments import inbox
from fundraising.payments.booking import Books, MustWait, News, Row, SetAside, judge
from fundraising.payments.events import PAYOUTS, REPORTS, Arrival, Fact, Says, read
from fundraising.payments.inbox import Mark
from fundraising.payments.models import EventState, PaymentState, Purpose

MAY_COME_FIRST = (Says.REFUNDED, Says.REFUND_FAILED, Says.DISPUTED)  # before the payment that they are about
NOT_SHAPED = (KeyError, TypeError, ValueError, AttributeError, IndexError)  # what reading an odd body raises
Told = tuple[Arrival, Fact]


class Moved(NamedTuple):
    """A payment that something has happened to; told to the room that it was made for.

    Args:
        news: the last of it.
        first: it has just been paid.
        together_id: of one gift among several: the payment of all of them, which is told of too.
    """

    payment_id: UUID
    fund_id: int | None
    news: News
    before_pence: int
    after_pence: int
    first: bool
    at: datetime
    together_id: UUID | None = None


@dataclass(slots=True)
class Batch:
    """What one transaction is about: the payments, and what became of each event.

    Args:
        waited: ids of events that have waited until now.
    """

    books: Books = field(default_factory=Books)
    waited: set[str] = field(default_factory=set)
    marks: dict[str, Mark] = field(default_factory=dict)
    rows: dict[UUID, Row] = field(default_factory=dict)
    by_intent: dict[str, Row] = field(default_factory=dict)
    changes: list[counting.Change] = field(default_factory=list)
    moved_intents: set[str] = field(default_factory=set)  # of payments that moved since those who wait were asked

    def find(self, fact: Fact) -> Row | None:
        """The payment that a fact is about; our own id comes first."""
        found = self.rows.get(fact.payment_id) if fact.payment_id else None
        return found or (self.by_intent.get(fact.intent_id) if fact.intent_id else None)

    def know(self, *rows: Row) -> None:
        """Make payments findable by the names they have by now."""
        for row in rows:
            self.rows[row.id] = row
            if row.intent_id:
                self.by_intent[row.intent_id] = row

    def note(self, row: Row) -> None:
        """Remember what a payment that has moved changes elsewhere."""
        if change := _change(row):
            self.changes.append(change)
        if row.intent_id:
            self.moved_intents.add(row.intent_id)

    def mark(self, arrival: Arrival, state: EventState, reason: str = "", waits_for: str | None = None) -> None:
        """Say what became of an event; a new one is kept as taken, so that most of them need not be said twice."""
        if state is EventState.TAKEN and arrival.id not in self.waited:
            self.marks.pop(arrival.id, None)
        else:
            self.marks[arrival.id] = Mark(state, reason, waits_for)

    @property
    def waits(self) -> bool:
        """Whether an event of it has to wait."""
        return any(mark.waits_for for mark in self.marks.values())


def read_all(arrivals: Iterable[Arrival], batch: Batch) -> list[Told]:
    """What events say; those that say nothing that we could use are marked."""
    told = []
    for arrival in arrivals:
        try:
            fact = read(arrival)
        except NOT_SHAPED as error:
            batch.mark(arrival, EventState.SET_ASIDE, f"not shaped like {arrival.type}: {error!r}")
            continue
        if fact.says is Says.NOTHING:
            batch.mark(arrival, EventState.IGNORED)
        else:
            told.append((arrival, fact))
    return told


@dataclass(frozen=True, slots=True)
class Judged:
    """What has come of facts, ready to be written.

    Args:
        unknown: facts about no payment that we know.
        changes: of payments, for `inbox.update`.
        about: what to tell the rooms that they were made for.
    """

    unknown: list[Told]
    changes: list[object]
    about: dict[Purpose, list[Moved]]


def judge_all(batch: Batch, told: Sequence[Told], booked: Mapping[tuple[str, str], int]) -> Judged:
    """Judge facts, and draw up what they change.

    Args:
        booked: pence by (kind, source) of what of these facts stands in the ledger already.
    """
    batch.books.booked |= booked
    unknown = _until_nothing_changes(batch, [one for one in told if one[1].says not in (*REPORTS, *PAYOUTS)])
    changed = [row for row in batch.rows.values() if row.changed]
    about: dict[Purpose, list[Moved]] = {}
    for row in changed:
        if row.news:
            about.setdefault(row.purpose, []).append(_moved(row))
        if row.has_moved:
            batch.note(row)
        row.begin()
    return Judged(unknown, inbox.changes_of(changed), about)


def _until_nothing_changes(batch: Batch, told: Sequence[Told]) -> list[Told]:
    """Judge facts until nothing changes any more: one may name the payment that another is about, or make it stand.

    Returns:
        Those about no payment that we know.
    """
    open_, unknown = list(told), list[Told]()
    while open_:
        still, unknown = list[Told](), []
        for arrival, fact in open_:
            row = batch.find(fact)
            if row is None:
                unknown.append((arrival, fact))
                continue
            try:
                judge(fact, arrival, row, batch.books)
                batch.mark(arrival, EventState.TAKEN)
            except SetAside as aside:
                batch.mark(arrival, EventState.SET_ASIDE, str(aside))
            except MustWait as wait:
                batch.mark(arrival, EventState.WAITING, str(wait), row.intent_id or fact.intent_id)
                still.append((arrival, fact))
            batch.know(row)
        if len(still) + len(unknown) == len(open_):
            break
        open_ = still + unknown
    return unknown


def leave(arrival: Arrival, fact: Fact, batch: Batch) -> None:
    """A fact about no payment that we know: of a refund or dispute it may come yet; else it is not ours."""
    if fact.payment_id is not None:
        batch.mark(arrival, EventState.SET_ASIDE, f"names payment {fact.payment_id}, which we do not have")
    elif fact.says in MAY_COME_FIRST and fact.intent_id:
        batch.mark(arrival, EventState.WAITING, "about a payment that we do not know (yet)", fact.intent_id)
    else:
        batch.mark(arrival, EventState.IGNORED, "not about a payment of ours")


def _change(row: Row) -> counting.Change | None:
    if row.fund_id is None or row.charity_id is None:
        return None  # an entry fee is never in a raised total
    aid = counting.gift_aid(row.standing) - counting.gift_aid(row.was_standing) if row.gift_aid else 0
    return counting.Change(
        row.fund_id, row.charity_id, row.standing - row.was_standing, aid, (row.standing > 0) - (row.was_standing > 0)
    )


def _moved(row: Row) -> Moved:
    at = row.paid_at if row.paid_at and not row.was_paid else datetime.now(UTC)
    assert row.news is not None
    return Moved(
        row.id,
        row.fund_id,
        row.news,
        row.was_standing,
        row.standing,
        row.state is PaymentState.PAID and not row.was_paid,
        at,
        row.together_id,
    )
