"""Who is entered already and moves into a team: place, page and gifts come along, the difference in price is settled.

With their consent only: it is they who press the button, signed in. Who has more to pay pays the whole new fee and gets
the old one back, so that what is paid for a place is always one payment, and comes back as one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from fundraising.funds.moving import move_fund
from fundraising.mail.letters import NewLetter, write
from fundraising.payments import checkout, ledger
from fundraising.payments.booking import News
from fundraising.payments.judging import Moved
from fundraising.payments.models import Payment, PaymentState
from fundraising.payments.stripe import Stripe
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from teams.entries import places
from teams.entries.changing import PAID, NotHeld
from teams.entries.entering import Full
from teams.entries.models import Entry
from teams.entries.placing import give_back, give_up, withdraw_all
from teams.events.pricing import age_on
from teams.roster.buying import HELD, begin_payment, must_have_price
from teams.roster.going import leave_seat
from teams.roster.inviting import ByInvitation, InvitationOver
from teams.roster.models import FactKind, Invitation, OrderKind, SeatOrder, Team
from teams.roster.welcoming import tell_arrival

STILL = """
select true from entry where id = $1 and state = 'placed' and person_id = $2 and party_id = $3 and race_id = $4
  and team_id is not distinct from $5 and price_pence = $6 and credit_pence = $7 for update
"""
# What of a carried-over fee is not needed for the new place stays one to be used.
KEEP_CREDIT = """
with rest as (
  insert into credit (person_id, of_id, pence, made_at)
  select person_id, of_id, pence - $2, made_at from credit where used_by_id = $1 and pence > $2
)
update credit set pence = $2 where used_by_id = $1 and pence > $2
"""
FREE_CREDIT = "update credit set used_by_id = null where used_by_id = $1"
MOVE = """
update entry set team_id = $2, number = case when race_id = $3 then number end, race_id = $3, price_pence = $4,
       price_name = $5, party_id = $6, credit_pence = $7 where id = $1
"""
WAS_PAID = "select order_id is not null from seat where entry_id = $1 and state = 'joined'"
SIT = "update seat set entry_id = $2, state = 'joined' where id = $1"
USED = "update invitation set used_at = now() where id = $1"
CHALLENGE = "update pledge_page set challenge = (select left(name, 80) from race where id = $2) where fund_id = $1"
KEEP_SEAT = "update seat set reserved_until = $2 where id = $1 and state = 'invited' and order_id is null"
FREE_SEAT = """
update seat set reserved_until = null from invitation i join seat_order o on o.invitation_id = i.id
where o.payment_id = $1 and seat.id = i.seat_id and seat.state in ('empty', 'invited')
"""
PARTY = """
insert into party
  (id, attempt, fingerprint, event_id, person_id, payment_id, token, fee_pence, team_name, offer, made_at)
select $1, $1, $2, event_id, $3, $4, $5, $6, '', '', now() from party where id = $7
"""


@dataclass(frozen=True, slots=True)
class Fare:
    """What a move costs, or brings back.

    Args:
        price_pence: of the place in the team.
        pays_pence: what is paid now: the whole price, or nothing.
        back_pence: what comes back of what was paid before.
    """

    price_pence: int
    price_name: str
    pays_pence: int
    back_pence: int

    @property
    def difference_pence(self) -> int:
        """More, or less when negative, in all."""
        return self.pays_pence - self.back_pence


async def fare_of(entry: Entry, invitation: Invitation) -> Fare:
    """What it costs to move a place by an invitation now.

    Raises:
        NotOpen: when the race of the team cannot be entered now.
    """
    seat, race = invitation.seat, invitation.seat.team.race
    if seat.order_id:
        return Fare(0, "paid by the captain", 0, entry.paid_pence)
    age = age_on(entry.born_on, race.starts_at.date()) if entry.born_on else None
    price = await must_have_price(race, race.taken, datetime.now(UTC), age)
    if entry.price_pence >= price.pence:
        back = entry.paid_pence - max(0, price.pence - entry.credit_pence)  # what was carried over pays first
        return Fare(price.pence, price.name, 0, back)
    if entry.race_id == race.id and entry.price_pence:
        return Fare(entry.price_pence, entry.price_name, 0, 0)  # it has become dearer meanwhile; their place has not
    return Fare(price.pence, price.name, price.pence, entry.paid_pence)


async def come(settings: Settings, stripe: Stripe, entry: Entry, invitation: Invitation, attempt: UUID) -> str:
    """Move a place into the team, or go to Checkout for what it costs more.

    Args:
        attempt: of the opened page: sent twice, it is one order.

    Returns:
        Where to go.

    Raises:
        NotOpen, Full, NotHeld, InvitationOver, StripeGone
    """
    fare = await fare_of(entry, invitation)
    if not fare.pays_pence:
        async with transaction() as writing:
            await _move(writing, entry, invitation, fare, entry.party_id)
        return f"{settings.base_url}/account/entries/{entry.id}?said=moved"
    payment = await _begin(settings, entry, invitation, fare, attempt)
    back = f"{settings.base_url}/account/entries/{entry.id}"
    if payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        return back
    what = f"{invitation.seat.team.fund.name}: {invitation.seat.team.race.name}"
    return await checkout.open_session(
        stripe, payment, what=what, email=entry.email, success_url=f"{back}?said=moving", cancel_url=back
    )


async def _begin(settings: Settings, entry: Entry, invitation: Invitation, fare: Fare, attempt: UUID) -> Payment:
    """The order of a move; the seat is kept while it is paid."""
    team = invitation.seat.team
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"move {attempt}")
        order = await SeatOrder.get_or_none(id=attempt, entry_id=entry.id).prefetch_related("payment")
        if order and order.payment:
            return order.payment
        if (await places.lock(writing, [team.race_id])).left(team.race_id) < 1 and not invitation.seat.reserved_until:
            raise Full([team.race])
        payment = await begin_payment(settings, team.race.event, attempt, fare.pays_pence)
        await SeatOrder.create(
            id=attempt,
            kind=OrderKind.MOVE,
            team=team,
            person_id=entry.person_id,
            payment=payment,
            entry=entry,
            invitation=invitation,
            each_pence=fare.price_pence,
            price_name=fare.price_name,
        )
        await writing.execute(KEEP_SEAT, invitation.seat_id, payment.created_at + HELD)
        await enqueue(writing, [give_up(payment.id, HELD)])
    return payment


async def _move(writing: asyncpg.Connection, entry: Entry, invitation: Invitation, fare: Fare, party: UUID) -> None:
    """All of it, in the caller's transaction.

    Raises:
        NotHeld, InvitationOver, Full
    """
    team = invitation.seat.team
    races = {entry.race_id, team.race_id}
    await places.lock(writing, races)
    as_seen = (entry.party_id, entry.race_id, entry.team_id, entry.price_pence, entry.credit_pence)
    if not await writing.fetchval(STILL, entry.id, entry.person_id, *as_seen):
        raise NotHeld("It has changed since you looked, perhaps in another tab. Please look again.")
    await ByInvitation(invitation).claim(writing)
    locked, was_paid = await places.lock(writing, races), await writing.fetchval(WAS_PAID, entry.id)
    if (entry.race_id != team.race_id or was_paid) and locked.left(team.race_id, for_who_waits=True) < 1:
        raise Full([team.race])
    given = (team.fund_id, team.race_id, fare.price_pence, fare.price_name, party)
    refund = await _give_back(writing, entry, invitation, fare.back_pence)
    credit = min(entry.credit_pence, fare.price_pence) if party == entry.party_id else 0
    await writing.execute(KEEP_CREDIT if credit else FREE_CREDIT, entry.id, *([credit] if credit else []))
    await writing.execute(MOVE, entry.id, *given, credit)
    if entry.team_id:
        await leave_seat(writing, entry, FactKind.LEFT)  # which may take the place again that was just left
    await writing.execute(SIT, invitation.seat_id, entry.id)
    await writing.execute(USED, invitation.id)
    await bring_page(writing, entry, team)
    facts = {"entry": str(entry.id), "team": team.id, "refund_pence": refund}
    await tell_arrival(writing, entry.id)
    await write(writing, [NewLetter(entry.email, "moved_in", facts, f"moved {entry.id} {invitation.id}")])
    await places.offer(writing, races - {team.race_id})


async def _give_back(writing: asyncpg.Connection, entry: Entry, invitation: Invitation, pence: int) -> int:
    """What was paid for the place before, or some of it."""
    payment = await writing.fetchval(PAID, entry.party_id) if pence else None
    if payment is None:
        return 0
    await enqueue(writing, [give_back(payment, pence, f"moved {entry.id} {invitation.id}")])
    return pence


async def bring_page(writing: asyncpg.Connection, entry: Entry, team: Team) -> None:
    """The page counts for the new team, and says what its runner runs."""
    if entry.fund_id is None:
        if team.fund.charity_id:
            await writing.execute("update entry set charity_id = $2 where id = $1", entry.id, team.fund.charity_id)
        return
    moved = await move_fund(writing, entry.fund_id, team.fund_id)
    await writing.execute(CHALLENGE, entry.fund_id, team.race_id)
    if moved and moved.has_new_charity:
        await writing.execute("update entry set charity_id = $2 where id = $1", entry.id, moved.charity_id)


async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """What payments for a move tell; called within the transaction of the intake."""
    for about in moved:
        if not about.first or about.after_pence <= 0:
            if about.news in (News.EXPIRED, News.FAILED):
                await connection.execute(FREE_SEAT, about.payment_id)
            elif about.after_pence == 0 and about.before_pence > 0:
                for row in await connection.fetch("select id from party where payment_id = $1", about.payment_id):
                    await withdraw_all(connection, row["id"], "the fee was given back")
            continue
        await ledger.lock(connection)  # before any fund, as everybody does
        await _paid(connection, about)


async def _paid(connection: asyncpg.Connection, about: Moved) -> None:
    """Moved; or, when the seat has gone meanwhile, all of it goes back and everything stays."""
    order = await SeatOrder.get(payment_id=about.payment_id).prefetch_related("entry", "team__race", "team__fund")
    entry, party = order.entry, new_id()
    assert entry is not None
    invitation = await Invitation.get(id=order.invitation_id).prefetch_related("seat__team__race", "seat__team__fund")
    try:
        if entry.person_id != order.person_id:
            raise NotHeld  # a friend has taken it over meanwhile
        async with transaction() as trying:
            token = secrets.token_urlsafe(32)
            await trying.execute(
                PARTY, party, party.hex, order.person_id, about.payment_id, token, order.each_pence, entry.party_id
            )
            fare = Fare(order.each_pence, order.price_name, order.each_pence, entry.paid_pence)
            await _move(trying, entry, invitation, fare, party)
    except (InvitationOver, Full, NotHeld):
        await enqueue(connection, [give_back(about.payment_id, about.after_pence, f"move {order.id}")])
        facts = {"entry": str(entry.id), "team": order.team_id, "refund_pence": about.after_pence}
        await write(connection, [NewLetter(entry.email, "not_moved", facts, f"not moved {order.id}")])
