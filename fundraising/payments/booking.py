"""From facts to movements: what each fact changes about its payment. Pure: it works on rows that intake has locked.

The order in which facts come does not matter: what does not fit yet waits, and is looked at again after every change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fundraising.payments import ledger
from fundraising.payments.events import Arrival, Fact, Says
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, PaymentState, Purpose, standing
from fundraising.payments.together import shares

FORWARD = list(PaymentState)  # a payment only moves down this list
DISPUTE_FORWARD = {  # https://docs.stripe.com/api/disputes/object#dispute_object-status
    "needs_response": 1,
    "warning_needs_response": 1,
    "under_review": 2,
    "warning_under_review": 2,
}
DISPUTE_CLOSED = 3
STATES = {
    Says.PROCESSING: PaymentState.PROCESSING,
    Says.FAILED: PaymentState.FAILED,
    Says.EXPIRED: PaymentState.EXPIRED,
}


class News(StrEnum):
    """What has last happened to a payment, for the room that it was made for."""

    PAID = "paid"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"  # the bank sent the refund back: the gift stands again
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    FAILED = "failed"  # the bank debit was refused
    EXPIRED = "expired"  # nobody paid, and nobody can any more


NEWS = {
    Kind.DONATION: News.PAID,
    Kind.ENTRY_FEE: News.PAID,
    Kind.REFUND: News.REFUNDED,
    Kind.ENTRY_REFUND: News.REFUNDED,
    Kind.REFUND_FAILED: News.REFUND_FAILED,
    Kind.DISPUTE: News.DISPUTED,
    Kind.DISPUTE_WON: News.DISPUTE_WON,
}


GOES_BACK = {  # what a movement changes of its payment's sums
    Kind.REFUND: ("refunded_pence", 1),
    Kind.ENTRY_REFUND: ("refunded_pence", 1),
    Kind.REFUND_FAILED: ("refunded_pence", -1),
    Kind.DISPUTE: ("disputed_pence", 1),
    Kind.DISPUTE_WON: ("disputed_pence", -1),
}
UNDOES = {Kind.REFUND_FAILED: Kind.REFUND, Kind.DISPUTE_WON: Kind.DISPUTE}
UNPAID = {PaymentState.FAILED: News.FAILED, PaymentState.EXPIRED: News.EXPIRED}


class SetAside(Exception):
    """A fact does not fit our own row; the message says why. It moves nothing until a human has looked.

    Args:
        harmless: it is none of our business, so that nobody need look.
    """

    def __init__(self, reason: str, *, harmless: bool = False) -> None:
        super().__init__(reason)
        self.harmless = harmless


class MustWait(Exception):
    """A fact does not fit yet, but may after another one."""


@dataclass(slots=True)
class Row:
    """A payment as the database has it, locked; `was_*` is how it stood before this batch.

    Args:
        parts: of one trip through Checkout for several gifts, these, in the order of their ids, locked too.
    """

    id: UUID
    purpose: Purpose
    fund_id: int | None
    charity_id: int | None
    amount_pence: int
    currency: str
    gift_aid: bool
    account: str | None
    livemode: bool
    state: PaymentState
    session_id: str | None
    intent_id: str | None
    charge_id: str | None
    refunded_pence: int
    disputed_pence: int
    dispute_state: str | None
    fee_pence: int | None
    statement_name: str | None
    paid_at: datetime | None
    together_id: UUID | None
    parts: list["Row"] = field(default_factory=list)
    was_standing: int = 0
    was_paid: bool = False
    changed: bool = False
    news: News | None = None

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """From here on it is told what changes."""
        self.was_standing, self.was_paid = self.standing, self.state is PaymentState.PAID
        self.changed, self.news = False, None

    @property
    def standing(self) -> int:
        """Pence of it that count now."""
        return standing(self.state, self.amount_pence, self.refunded_pence, self.disputed_pence)

    @property
    def has_moved(self) -> bool:
        """Whether this batch has paid it, or changed what of it stands."""
        return self.standing != self.was_standing or (self.state is PaymentState.PAID) is not self.was_paid

    @property
    def paid_by(self) -> Kind:
        """The kind of movement that pays it."""
        return Kind.ENTRY_FEE if self.fund_id is None and self.purpose is not Purpose.TOGETHER else Kind.DONATION

    @property
    def held_by(self) -> str:
        """The ledger account that its money is in."""
        return ledger.ORGANISER if self.fund_id is None else ledger.fund_account(self.fund_id)


@dataclass(slots=True)
class Settling:
    """A charge whose fee Stripe knows by now; a job asks for it after the commit."""

    payment_id: UUID
    balance_transaction_id: str
    account: str | None


@dataclass(slots=True)
class Books:
    """What a batch is about to change.

    Args:
        booked: pence by (kind, source) of what stands in the ledger already, of the sources in this batch.
        movements: to be appended to the ledger.
        settling: fees to ask Stripe for.
        refunds_to_fetch: payments of which Stripe has refunded more than we were told of.
    """

    booked: dict[tuple[str, str], int] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    settling: list[Settling] = field(default_factory=list)
    refunds_to_fetch: list[Row] = field(default_factory=list)

    def has(self, row: Row, kind: Kind, source: str) -> bool:
        """Whether a movement stands in the ledger, or is about to; of several gifts together: a share of it."""
        return (kind, source) in self.booked or any(self._booked_on(row, kind, source))

    def move(self, row: Row, kind: Kind, source: str, pence: int, at: datetime, *, only: UUID | None = None) -> None:
        """Book a movement of a payment; of several gifts together it is booked on each, to its share.

        Args:
            only: the gift that it is about, where Stripe was told.
        """
        if row.parts:
            split = self._split(row, kind, source, pence, only)
            for number, (part, share) in enumerate(zip(row.parts, split, strict=True), 1):
                if share:
                    self.move(part, kind, part_source(source, number), share, at)
        else:
            self._book(row, kind, source, pence, at)
        self.booked[kind, source] = pence
        row.news = NEWS.get(kind, row.news)
        if kind in GOES_BACK:
            name, sign = GOES_BACK[kind]
            setattr(row, name, getattr(row, name) + sign * pence)
            row.changed = True

    def _split(self, row: Row, kind: Kind, source: str, pence: int, only: UUID | None) -> list[int]:
        """Each gift's share of a movement. What comes back comes back to where it was taken; what is taken is taken
        of what stands of each, and only what is undone in the same moment can be more than that."""
        if kind in UNDOES:
            return self._booked_on(row, UNDOES[kind], source)
        amounts, stands = [part.amount_pence for part in row.parts], [part.standing for part in row.parts]
        if kind not in GOES_BACK or pence > sum(stands):
            return shares(pence, amounts)
        if any(part.id == only and pence <= part.standing for part in row.parts):
            return [pence if part.id == only else 0 for part in row.parts]
        return shares(pence, stands)

    def _booked_on(self, row: Row, kind: Kind, source: str) -> list[int]:
        return [self.booked.get((kind, part_source(source, n)), 0) for n in range(1, len(row.parts) + 1)]

    def _book(self, row: Row, kind: Kind, source: str, pence: int, at: datetime) -> None:
        """A movement between the account that holds the payment's money and the other one of its kind."""
        there = ledger.STRIPE_FEES if kind is Kind.FEE else ledger.SUPPORTERS
        inwards = kind in (Kind.DONATION, Kind.ENTRY_FEE, Kind.REFUND_FAILED, Kind.DISPUTE_WON)
        debit, credit = (there, row.held_by) if inwards else (row.held_by, there)
        self.movements.append(Movement(kind, source, debit, credit, pence, row.currency, row.id, at))


def part_source(source: str, number: int) -> str:
    """Under which source a part's share of a movement stands in the ledger."""
    return f"{source}#{number}"


def judge(fact: Fact, arrival: Arrival, row: Row, books: Books) -> None:
    """Change the row and the books by one fact about that payment.

    Raises:
        SetAside: when what Stripe signed differs from our own row.
        MustWait: when it can only be booked after something that has not come yet.
    """
    _must_be_ours(fact, arrival, row)
    _take_names(fact, row)
    if fact.says is Says.PAID:
        _paid(fact, arrival, row, books)
    elif fact.says in STATES:
        _forward(row, STATES[fact.says])
    elif fact.says in (Says.REFUNDED, Says.REFUND_FAILED):
        _refund(fact, arrival, row, books)
    elif fact.says is Says.REFUNDED_IN_ALL:
        if fact.pence > row.refunded_pence:
            books.refunds_to_fetch.append(row)
    elif fact.says is Says.DISPUTED:
        _dispute(fact, arrival, row, books)


def _must_be_ours(fact: Fact, arrival: Arrival, row: Row) -> None:
    """Livemode, account, currency and ids must be those of our own row; of a payment the amount too."""
    if row.together_id is not None:
        raise SetAside(f"names a part of payment {row.together_id}")
    if arrival.livemode is not row.livemode:
        raise SetAside(f"livemode is {arrival.livemode}, ours is {row.livemode}")
    if arrival.account != row.account:
        raise SetAside(f"account is {arrival.account or 'our own'}, ours is {row.account or 'our own'}")
    if fact.currency and fact.currency != row.currency:
        raise SetAside(f"currency is {fact.currency}, ours is {row.currency}")
    if fact.says in (Says.PAID, Says.PROCESSING) and fact.pence != row.amount_pence:
        raise SetAside(f"amount is {fact.pence}, ours is {row.amount_pence}")
    for name in ("session_id", "intent_id"):
        theirs, ours = getattr(fact, name), getattr(row, name)
        if theirs and ours and theirs != ours:
            raise SetAside(f"{name} is {theirs}, ours is {ours}")


def _take_names(fact: Fact, row: Row) -> None:
    """Stripe's ids come bit by bit, whichever event is first; what we have is kept."""
    for name in ("session_id", "intent_id", "charge_id", "statement_name"):
        theirs = getattr(fact, name)
        if theirs and not getattr(row, name):
            setattr(row, name, theirs)
            row.changed = True


def _forward(row: Row, state: PaymentState) -> None:
    for part in row.parts:
        _forward(part, state)
    if FORWARD.index(state) > FORWARD.index(row.state):
        row.state, row.changed = state, True
        row.news = UNPAID.get(state, row.news)


def _paid(fact: Fact, arrival: Arrival, row: Row, books: Books) -> None:
    if row.state is not PaymentState.PAID:
        books.move(row, row.paid_by, fact.source, fact.pence, arrival.created_at)
        for one in (row, *row.parts):
            one.paid_at = arrival.created_at
        _forward(row, PaymentState.PAID)
    if fact.balance_transaction_id and row.fee_pence is None:
        books.settling.append(Settling(row.id, fact.balance_transaction_id, row.account))


def _refund(fact: Fact, arrival: Arrival, row: Row, books: Books) -> None:
    """A refund counts from its creation, however late we hear of it; one that the bank sends back is moved back.

    Together they move nothing.
    """
    kind = Kind.ENTRY_REFUND if row.paid_by is Kind.ENTRY_FEE else Kind.REFUND
    failed = fact.says is Says.REFUND_FAILED
    if not books.has(row, kind, fact.source):
        _must_stand(row, 0 if failed else fact.pence)
        books.move(row, kind, fact.source, fact.pence, fact.made_at or arrival.created_at, only=fact.part_id)
    if failed and not books.has(row, Kind.REFUND_FAILED, fact.source):
        books.move(row, Kind.REFUND_FAILED, fact.source, fact.pence, arrival.created_at)


def _dispute(fact: Fact, arrival: Arrival, row: Row, books: Books) -> None:
    """Money that a bank has taken back, and given back after we won. An inquiry moves nothing."""
    if fact.taken and not books.has(row, Kind.DISPUTE, fact.source):
        _must_stand(row, 0 if fact.returned else fact.pence)
        books.move(row, Kind.DISPUTE, fact.source, fact.pence, arrival.created_at)
    if fact.returned and not books.has(row, Kind.DISPUTE_WON, fact.source):
        books.move(row, Kind.DISPUTE_WON, fact.source, fact.pence, arrival.created_at)
    for fee in fact.fees:
        if not books.has(row, Kind.FEE, fee.source):
            books.move(row, Kind.FEE, fee.source, fee.pence, arrival.created_at)
    new, old = (DISPUTE_FORWARD.get(state or "", DISPUTE_CLOSED) for state in (fact.dispute_state, row.dispute_state))
    if row.dispute_state is None or new > old:
        for one in (row, *row.parts):
            one.dispute_state, one.changed = fact.dispute_state, True


def _must_stand(row: Row, pence: int) -> None:
    """More cannot go back than stands: then something else is still to come, and this waits for it."""
    if row.state is not PaymentState.PAID:
        raise MustWait("the payment itself has not come yet")
    if pence > row.standing:
        raise MustWait(f"{pence} cannot go back: only {row.standing} stands")


def sources(facts: Sequence[Fact], most_parts: int = 0) -> set[str]:
    """Ids under which these facts may be booked already; that of a payment is known from its own row.

    Args:
        most_parts: that a payment among those which they are about has.
    """
    going_back = [fact for fact in facts if fact.says in (Says.REFUNDED, Says.REFUND_FAILED, Says.DISPUTED)]
    ids = {fact.source for fact in going_back} | {fee.source for fact in going_back for fee in fact.fees}
    return ids | {part_source(source, number) for source in ids for number in range(1, most_parts + 1)}
