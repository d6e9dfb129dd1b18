"""Seats that a captain pays for: places first, under their locks, then Checkout; names come later."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from fundraising.mail.letters import NewLetter, write
from fundraising.payments import checkout
from fundraising.payments.batch import Teller
from fundraising.payments.booking import News
from fundraising.payments.checkout import Order
from fundraising.payments.judging import Moved
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.queue import enqueue
from teams.entries import places
from teams.entries.entering import Full, NotOpen
from teams.entries.placing import give_back, give_up
from teams.events.models import Event, Price, Race
from teams.events.pricing import find_price
from teams.events.standing import of_event
from teams.roster.captains import Desk
from teams.roster.models import OrderKind, SeatOrder
from teams.roster.seats import REVOKE, TeamFull, open_seats, within_the_team

HELD = checkout.SESSION_LASTS[Purpose.SEATS]
ORDERS = """
select o.id, o.kind, o.payment_id, o.team_id, t.race_id, coalesce(e.race_id, t.race_id) as other_race_id, p.email
from seat_order o join team t on t.id = o.team_id left join person p on p.id = o.person_id
     left join entry e on e.id = o.entry_id
where o.payment_id = any($1) order by o.id
"""
SETTLE = "update seat set state = 'empty' where order_id = $1 and state = 'held' returning id"
AGAIN = "update seat set state = 'empty' where order_id = $1 and state = 'closed'"
LET_GO = "update seat set state = 'closed' where order_id = $1 and state = 'held' returning id"
GONE = """
update seat set state = 'closed', reserved_until = null
where order_id = $1 and state in ('empty', 'invited') returning id
"""


async def buy(settings: Settings, stripe: Stripe, desk: Desk, count: int, attempt: UUID) -> str:
    """Hold so many seats, and go to Checkout for them.

    Args:
        attempt: of the opened form: sent twice, it is one order.

    Returns:
        Where to go.

    Raises:
        NotOpen, Full, TeamFull: nothing is held; StripeGone: what is held stays held.
    """
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"seats {attempt}")
        order = await SeatOrder.get_or_none(id=attempt, team_id=desk.team.id).prefetch_related("payment")
        if order is None:
            order = await _hold(writing, settings, desk, count, attempt)
    back = f"{settings.base_url}{desk.path}"
    payment = order.payment
    if payment is None or payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        return back
    event = desk.team.race.event
    return await checkout.open_session(
        stripe,
        payment,
        what=f"Seats for {desk.fund.name}: {event.fund.name}",
        email=desk.asker.email,
        success_url=f"{back}?paid={order.id}",
        cancel_url=f"{back}?back={order.id}",
    )


async def _hold(writing: asyncpg.Connection, settings: Settings, desk: Desk, count: int, attempt: UUID) -> SeatOrder:
    team, race, now = desk.team, desk.team.race, datetime.now(UTC)
    locked = await places.lock(writing, [race.id])
    price = await must_have_price(race, locked.taken(race.id), now)
    if locked.left(race.id) < count:
        raise Full([race])
    payment = None
    if price.pence:
        payment = await begin_payment(settings, race.event, attempt, price.pence * count)
        await enqueue(writing, [give_up(payment.id, HELD)])
    order = await SeatOrder.create(
        id=attempt,
        kind=OrderKind.SEATS,
        team=team,
        person_id=desk.asker.id,
        payment=payment,
        each_pence=price.pence,
        price_name=price.name,
    )
    await open_seats(writing, team.id, count, state="held" if payment else "empty", order=order.id)
    order.payment = payment
    return order


async def must_have_price(race: Race, taken: int, now: datetime, age: int | None = None) -> Price:
    """What a seat costs now.

    Args:
        age: on the day of the race, of who sits there; None: not known yet.

    Raises:
        NotOpen
    """
    event = await Event.get(id=race.event_id)
    if not of_event(event, now).is_open or not race.is_open:
        raise NotOpen
    price = find_price(await Price.filter(race_id=race.id), now=now, taken=taken, in_team=True, age=age)
    if price is None:
        raise NotOpen(f"There is no price for {race.name} at the moment, so that it cannot be entered.")
    return price


async def begin_payment(settings: Settings, event: Event, attempt: UUID, pence: int) -> Payment:
    """A payment to the organiser's own account: never in any raised total, never with Gift Aid."""
    order = Order(
        purpose=Purpose.SEATS,
        amount_pence=pence,
        currency=event.fund.currency,
        fund_id=None,
        charity_id=None,
        event_id=event.fund_id,
        gift_aid=False,
        attempt=attempt,
        fingerprint=f"{attempt.hex}{attempt.hex}",  # the order is what is made once, not its payment
    )
    return (await checkout.begin(order, livemode=settings.livemode)).payment


def make_teller(moves: Teller) -> Teller:
    """What payments of purpose "seats" tell when something of them moved.

    Args:
        moves: whom to tell of those by which an entry moves into a team.
    """

    async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
        """Called by the intake, within its transaction."""
        orders = {row["payment_id"]: row for row in await connection.fetch(ORDERS, [one.payment_id for one in moved])}
        await places.lock(connection, [row[of] for row in orders.values() for of in ("race_id", "other_race_id")])
        for about in moved:
            order = orders.get(about.payment_id)
            if order is not None and order["kind"] == OrderKind.MOVE:
                await moves(connection, [about])
            elif order is not None:
                await _tell(connection, order, about)

    return tell


async def _tell(connection: asyncpg.Connection, order: asyncpg.Record, about: Moved) -> None:
    if about.first and about.after_pence > 0:
        await _paid(connection, order, about)
    elif about.news in (News.EXPIRED, News.FAILED):
        await _end(connection, order, LET_GO)
    elif about.after_pence == 0 and about.before_pence > 0:
        await _end(connection, order, GONE)


async def _paid(connection: asyncpg.Connection, order: asyncpg.Record, about: Moved) -> None:
    """The seats are the captain's; and if the time was over already, all the same while there is room."""
    settled = await connection.fetch(SETTLE, order["id"])
    facts = {"order": str(order["id"]), "seats": len(settled)}
    if not settled and not await _is_room_again(connection, order):
        await enqueue(connection, [give_back(about.payment_id, about.after_pence, f"too late {order['id']}")])
        await write(connection, [NewLetter(order["email"] or "", "seats_too_late", facts, f"seats late {order['id']}")])
        return
    await write(connection, [NewLetter(order["email"] or "", "seats_paid", facts, f"seats {order['id']}")])


async def _is_room_again(connection: asyncpg.Connection, order: asyncpg.Record) -> bool:
    """Open again what had lapsed, if race and team still have the room."""
    count = await connection.fetchval("select count(*) from seat where order_id = $1", order["id"])
    if await connection.fetchval("select ended_at is not null from team where id = $1 for key share", order["team_id"]):
        return False
    if (await places.lock(connection, [order["race_id"]])).left(order["race_id"]) < count:
        return False
    try:
        async with transaction() as trying, within_the_team():
            await trying.execute(AGAIN, order["id"])
    except TeamFull:
        return False
    return True


async def _end(connection: asyncpg.Connection, order: asyncpg.Record, how: str) -> None:
    """Nobody paid, or it all went back: who sits there already stays, what is empty goes to who waits."""
    await connection.execute("update seat set order_id = null where order_id = $1 and state = 'joined'", order["id"])
    for row in await connection.fetch(how, order["id"]):
        await connection.execute(REVOKE, row["id"])
    await places.offer(connection, [order["race_id"]])
