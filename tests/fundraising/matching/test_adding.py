"""A pot adds to gifts: to the penny, once, until it is empty; and takes back its part of what goes back."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund
from fundraising.funds.moving import move_fund
from fundraising.matching.adding import add_for, read_on
from fundraising.matching.models import Match, Pot
from fundraising.matching.proving import rebuild_pots
from fundraising.matching.reckoning import Gift, News, Terms, reckon
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.events import Arrival
from fundraising.payments.models import Payment, Purpose, Transfer
from fundraising.rooms import PROOFS, TELLERS
from fundraising.store.database import transaction
from tests.fundraising.matching.making import by_gift, make_pot, model
from tests.makers import (
    Family,
    arrival,
    dispute_of,
    make_donation,
    make_family,
    make_gift,
    make_payment,
    refund_of,
    session_of,
)


async def tell(*told: Arrival) -> None:
    """Deliver, and let the pots read."""
    await take_in(list(told), TELLERS)
    await add_for(None)


async def raised(family: Family) -> list[tuple[int, int, int]]:
    """Pence, Gift Aid and gifts, from the runner up."""
    return [(f.raised_pence, f.gift_aid_pence, f.donations) for f in [await Fund.get(id=f.id) for f in family.all]]


async def must_be_right() -> None:
    """Totals, ledger and pots."""
    assert (await books.prove(PROOFS)).problems == []


async def test_a_match_is_pence_in_every_total_and_not_a_gift(database: None) -> None:
    """Nor does it ever bring Gift Aid; it is a row of its own with the sponsor's name."""
    family = await make_family()
    pot = await make_pot(family.event)
    await make_gift(family.runner, family.charity, 1000, gift_aid=True)
    await add_for([family.event.id])
    assert await raised(family) == [(2000, 250, 1)] * 4
    match = await Match.get().prefetch_related("payment")
    assert (match.payment.purpose, match.payment.amount_pence, match.payment.gift_aid) == (Purpose.MATCH, 1000, False)
    assert (await Donation.get(payment_id=match.payment_id)).name == "Acme"
    transfer = await Transfer.get(kind="match")
    assert (transfer.debit_account, transfer.credit_account) == (f"matched:{pot.id}", f"fund:{family.runner.id}")
    await must_be_right()


@pytest.mark.parametrize("of", ["runner", "team", "charity", "event"])
async def test_a_pot_is_for_gifts_to_its_fund_and_towards_it(database: None, of: str) -> None:
    """And for no others; a match is never matched."""
    family, other = await make_family(), await make_family(account=None)
    pot = await make_pot(getattr(family, of))
    gifts = [await make_gift(fund, family.charity, 100 * n) for n, fund in enumerate(family.all, 1)]
    await make_gift(other.runner, other.charity, 700)
    await add_for(None)
    await add_for(None)
    towards = {"runner": [0], "team": [0, 1], "charity": [0, 1, 2, 3], "event": [0, 1, 3]}[of]
    assert await by_gift(pot) == {gifts[n].id: gifts[n].amount_pence for n in towards}
    await must_be_right()


async def test_ratio_and_most_each_are_kept_to_the_penny(database: None) -> None:
    """Rounded down, so that a pot never gives more than was said."""
    family = await make_family()
    half, thrice = await make_pot(family.event, ratio_percent=50), await make_pot(family.team, ratio_percent=300)
    bounded = await make_pot(family.runner, most_each_pence=500)
    odd, large = [await make_gift(family.runner, family.charity, pence) for pence in (333, 1001)]
    await add_for(None)
    assert await by_gift(half) == {odd.id: 166, large.id: 500}
    assert await by_gift(thrice) == {odd.id: 999, large.id: 3003}
    assert await by_gift(bounded) == {odd.id: 333, large.id: 500}  # each pot that covers a gift adds to it, once
    await must_be_right()


async def test_the_last_match_takes_exactly_what_is_left(database: None) -> None:
    """And the next gift nothing, not even once something has come back: that is for those who come then."""
    family = await make_family()
    pot = await make_pot(family.event, cap_pence=1500)
    first, second, third = [await make_gift(family.runner, family.charity, 1000) for _ in range(3)]
    await add_for(None)
    assert await by_gift(pot) == {first.id: 1000, second.id: 500}
    await tell(arrival("refund.created", refund_of(first, 400)))
    assert await by_gift(pot) == {first.id: 600, second.id: 500}
    fourth = await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    assert await by_gift(pot) == {first.id: 600, second.id: 500, fourth.id: 400}
    assert third.id not in await by_gift(pot)
    await pot.refresh_from_db()
    assert pot.matched_pence == 1500
    await must_be_right()


async def test_what_stands_again_is_matched_again_as_far_as_there_is_room(database: None) -> None:
    """A refund that failed, a dispute that was won: by a payment of its own, and never more than before."""
    family = await make_family()
    pot = await make_pot(family.event, cap_pence=1000)
    first = await make_gift(family.runner, family.charity, 1000)
    refund, dispute = refund_of(first, 1000), None
    await tell(arrival("refund.created", refund))
    assert await by_gift(pot) == {}
    second = await make_gift(family.runner, family.charity, 300)
    await tell(arrival("refund.failed", refund | {"status": "failed"}))
    assert await by_gift(pot) == {first.id: 700, second.id: 300}
    dispute = dispute_of(second)
    await tell(arrival("charge.dispute.funds_withdrawn", dispute))
    assert await by_gift(pot) == {first.id: 700}  # what has become free is for who comes, not for who has been
    await tell(arrival("charge.dispute.funds_reinstated", dispute | {"status": "won"}))
    assert await by_gift(pot) == {first.id: 700, second.id: 300}
    assert await Match.filter(gift_id=second.id).count() == 2
    assert await raised(family) == [(2300, 0, 2)] * 4
    await must_be_right()


async def test_only_gifts_that_were_paid_in_its_days_are_matched(database: None) -> None:
    """By the moment that Stripe tells, however late we hear of it; and none that came in cash."""
    family = await make_family()
    now = datetime.now(UTC)
    days = {"starts_at": now - timedelta(days=2), "ends_at": now - timedelta(days=1)}
    pot = await make_pot(family.event, **days)
    paid = {}
    for hours in (49, 47, 25, 23):
        payment = await make_donation(family.runner, family.charity, 1000)
        at = int((now - timedelta(hours=hours)).timestamp())
        await take_in([arrival("checkout.session.completed", session_of(payment), created=at)], {})
        paid[hours] = payment.id
    cash = {"purpose": Purpose.CASH, "state": "paid", "paid_at": now - timedelta(hours=30), "account": None}
    await make_payment(family.runner, family.charity, 1000, **cash)
    await add_for(None)
    assert set(await by_gift(pot)) == {paid[47], paid[25]}


async def test_a_pot_that_was_closed_adds_nothing_and_still_takes_back(database: None) -> None:
    """What was matched stands."""
    family = await make_family()
    pot = await make_pot(family.event)
    gift = await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    await Pot.filter(id=pot.id).update(closed_at=datetime.now(UTC))
    await make_gift(family.runner, family.charity, 1000)
    refund = refund_of(gift, 100)
    await tell(arrival("refund.created", refund))
    assert await by_gift(pot) == {gift.id: 900}
    await tell(arrival("refund.failed", refund | {"status": "failed"}))
    assert await by_gift(pot) == {gift.id: 900}
    await must_be_right()


async def test_who_hides_the_amount_hides_what_was_added_to_it(database: None) -> None:
    """One tells the other."""
    family = await make_family()
    await make_pot(family.event)
    await make_gift(family.runner, family.charity, 1337, hide_amount=True, hide_name=True)
    await add_for(None)
    row = await Donation.get(payment__purpose=Purpose.MATCH)
    assert (row.name, row.hide_amount) == ("Acme", True)


async def test_a_match_moves_with_the_page_and_goes_back_from_there(database: None) -> None:
    """The pot of a team that the page has left still knows what it has added."""
    family, other = await make_family(), await make_family(account=None)
    pot = await make_pot(family.team)
    gift = await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    async with transaction() as moving:
        await move_fund(moving, family.runner.id, other.team.id)
    await tell(arrival("refund.created", refund_of(gift, 1000)))
    assert await by_gift(pot) == {}
    assert [total[0] for total in await raised(family)] == [0, 0, 0, 0]
    await must_be_right()


async def test_books_name_a_pot_that_does_not_fit_and_rebuild_mends_it(database: None) -> None:
    """Its level, and a match that is no gift's."""
    family = await make_family()
    pot = await make_pot(family.event)
    await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    await Pot.filter(id=pot.id).update(matched_pence=7)
    assert any(f"pot {pot.id} of Acme" in problem for problem in (await books.prove(PROOFS)).problems)
    assert await rebuild_pots() == 1
    await must_be_right()
    await Match.all().delete()
    assert any("of no gift" in problem for problem in (await books.prove(PROOFS)).problems)


async def story(family: Family, chance: random.Random) -> tuple[list[Payment], list[Arrival]]:
    """Gifts of a family, and everything that Stripe tells of them, some of it twice and in any order."""
    gifts, told = [], list[Arrival]()
    for number in range(16):
        to = chance.choice(family.all)
        gift = await make_donation(to, family.charity, chance.randint(200, 2000))
        gifts.append(gift)
        told.append(arrival("checkout.session.completed", session_of(gift)))
        if number % 3 == 0:
            refund = refund_of(gift, chance.randint(1, gift.amount_pence))
            told.append(arrival("refund.created", refund))
            if number % 2:
                told.append(arrival("refund.failed", refund | {"status": "failed"}))
        elif number % 3 == 1:
            dispute = dispute_of(gift)
            told.append(arrival("charge.dispute.funds_withdrawn", dispute))
            if number % 2:
                told.append(arrival("charge.dispute.funds_reinstated", dispute | {"status": "won"}))
    told += chance.sample(told, len(told) // 3)
    chance.shuffle(told)
    return gifts, told


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_by_several_at_once_ends_in_the_pots_of_the_model(own_database: str, seed: int) -> None:
    """Deliveries and pots all at once: nobody waits in a circle, no pot gives more than it holds, every penny fits."""
    chance = random.Random(seed)
    family = await make_family()
    pots = [
        await make_pot(family.event, cap_pence=5000),
        await make_pot(family.team, cap_pence=3000, ratio_percent=33, most_each_pence=450),
        await make_pot(family.runner, cap_pence=100_000, ratio_percent=250),
    ]
    gifts, news = await story(family, chance)

    async def taker() -> None:
        while news:
            batch = [news.pop() for _ in range(min(chance.randint(1, 4), len(news)))]
            await asyncio.create_task(take_in(batch, TELLERS))

    async def adder() -> None:
        while news:
            await asyncio.create_task(add_for(None))
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await asyncio.gather(*(taker() for _ in range(4)), *(adder() for _ in range(3)))
    await asyncio.gather(*(read_on(pot.id) for pot in pots for _ in range(2)))
    for pot, of in zip(pots, ([0, 1, 3], [0, 1], [0]), strict=True):
        covered = {family.all[n].id for n in of}
        assert await by_gift(pot) == await model(pot, [gift for gift in gifts if gift.fund_id in covered])
        await pot.refresh_from_db()
        assert pot.matched_pence <= pot.cap_pence
    assert (await Pot.get(id=pots[0].id)).matched_pence > 4000  # the story is one in which it nearly runs out
    await must_be_right()


PENCE = st.integers(1, 3000)


@settings(max_examples=150, deadline=None, database=None)
@given(
    amounts=st.lists(PENCE, min_size=1, max_size=6),
    turns=st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), max_size=12),
    cap=st.integers(1, 6000),
    percent=st.integers(1, 300),
    most=st.none() | PENCE,
    cut=st.integers(0, 18),
)
def test_a_pot_is_the_same_in_however_many_portions_it_reads(
    amounts: list[int], turns: list[tuple[int, float]], cap: int, percent: int, most: int | None, cut: int
) -> None:
    """And never gives more than it holds, nor more to a gift than its share of what stands."""
    from uuid import UUID

    ids = [UUID(int=n) for n in range(len(amounts))]
    stands = dict.fromkeys(ids, 0)
    news = []
    for gift, pence in zip(ids, amounts, strict=True):
        news.append(News(len(news), gift, pence, begins=True))
        stands[gift] = pence
    for which, part in turns:  # a part of what stands goes back, or of what is missing comes again
        gift = ids[which % len(ids)]
        missing = amounts[which % len(ids)] - stands[gift]
        pence = round(missing * part) if missing and which % 2 else -round(stands[gift] * part)
        stands[gift] += pence
        if pence:
            news.append(News(len(news), gift, pence, begins=False))
    terms = Terms(percent, most)

    def fresh() -> dict[UUID, Gift]:
        return {gift: Gift(pence) for gift, pence in zip(ids, amounts, strict=True)}

    whole, parts = fresh(), fresh()
    steps = reckon(terms, cap, whole, news)
    first = reckon(terms, cap, parts, news[:cut])
    second = reckon(terms, cap - sum(step.pence for step in first), parts, news[cut:])
    assert (first + second, parts) == (steps, whole)
    level = 0
    for step in steps:
        level += step.pence
        assert 0 <= level <= cap
    for gift in whole.values():
        assert 0 <= gift.added_pence <= gift.due_pence <= terms.share(gift.amount_pence)
