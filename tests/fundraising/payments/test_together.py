"""Several processes take in events about the same payments at once: nothing is lost, doubled, or waits in a circle."""

import asyncio
import random

import pytest

from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.events import Arrival
from fundraising.payments.models import EventState, StripeEvent
from fundraising.rooms import TELLERS
from fundraising.store.database import connection
from tests.makers import (
    arrival,
    charge_of,
    dispute_of,
    intent_of,
    make_family,
    make_payment,
    make_together,
    refund_of,
    session_of,
)

GIFTS, TAKERS = 24, 8


async def story(pence: int) -> tuple[list[Arrival], int, int]:
    """A family's gifts: all that Stripe tells of them, the fund of the runner, and what stands in the end."""
    family = await make_family()
    told, stands = list[Arrival](), 0
    for number in range(GIFTS):
        if number % 4:
            payment = await make_payment(family.runner, family.charity, pence)
        else:  # of the same sum, in three gifts
            payment, _ = await make_together(family.charity, [(family.runner, pence // 3 + n) for n in (0, 0, 1)])
        told += [
            arrival("checkout.session.completed", session_of(payment)),
            arrival("payment_intent.succeeded", intent_of(payment)),
            arrival("charge.succeeded", charge_of(payment)),
        ]
        stands += pence
        if number % 3 == 1:
            told += [arrival("refund.created", refund_of(payment, 300)), arrival("charge.refunded", charge_of(payment))]
            stands -= 300
        elif number % 3 == 2:
            dispute = dispute_of(payment)
            won = dispute | {"status": "won"}
            told += [
                arrival("charge.dispute.created", dispute),
                arrival("charge.dispute.funds_withdrawn", dispute),
                arrival("charge.dispute.funds_reinstated", won),
            ]
    return told, family.runner.id, stands


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_by_several_at_once_ends_in_the_same_totals(own_database: str, seed: int) -> None:
    """Refunds and disputes meet their payments while these are being booked by somebody else."""
    told, fund_id, stands = await story(2500)
    chance = random.Random(seed)
    news = told + chance.sample(told, len(told) // 3)  # some are delivered twice
    chance.shuffle(news)

    async def taker() -> None:
        while news:
            size = chance.randint(1, 6)
            batch = [news.pop() for _ in range(min(size, len(news)))]
            await asyncio.create_task(take_in(batch, TELLERS))

    async with asyncio.timeout(30):
        await asyncio.gather(*(taker() for _ in range(TAKERS)))
    assert await StripeEvent.filter(state__in=[EventState.WAITING, EventState.SET_ASIDE]).count() == 0
    async with connection() as reading:
        assert await reading.fetchval("select raised_pence from fund where id = $1", fund_id) == stands
        assert await reading.fetchval("select waiting from ledger_head") == 0
    assert (await books.prove()).problems == []
