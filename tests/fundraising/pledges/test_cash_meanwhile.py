"""Cash is confirmed, refused and returned while gifts come in and pages change team: nothing is lost, doubled, or waits
in a circle."""

import asyncio
import random
from contextlib import suppress

from fundraising.funds.models import FundKind
from fundraising.funds.moving import move_funds
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.pledges import confirming
from fundraising.pledges.confirming import Settled
from fundraising.pledges.models import Banking
from fundraising.rooms import PROOFS, TELLERS
from fundraising.store.database import transaction
from tests.fundraising.pledges.making import pay_in, type_in
from tests.makers import arrival, make_family, make_fund, make_payment, make_person, session_of


async def test_second_people_gifts_and_moves_at_once_end_in_right_books(own_database: str) -> None:
    """Each banking is decided once, however many try; the books are right in the end."""
    family = await make_family(account=None)
    other = await make_fund(FundKind.TEAM, event=family.event, charity=family.charity)
    pages = [family.runner, *[await make_fund(FundKind.RUNNER, event=family.event, charity=family.charity, team=other) for _ in range(2)]]  # fmt: skip
    payer, seconds = await make_person(), [await make_person() for _ in range(3)]
    bankings: list[Banking] = []
    for number in range(9):
        page = pages[number % 3]
        bankings.append(
            await pay_in(page.id, payer.id, await type_in(page.id, payer.id, 100 + number, 50), f"slip {number}")
        )
    chance, decided = random.Random(7), list[str]()

    async def second(person: int) -> None:
        for banking in chance.sample(bankings, len(bankings)):
            with suppress(Settled):
                if chance.random() < 0.8:
                    await confirming.confirm(banking.id, person, livemode=False)
                    decided.append(f"confirmed {banking.id}")
                else:
                    await confirming.give_back(banking.id, person, "by mistake")

    async def giver() -> None:
        for _ in range(8):
            payment = await make_payment(chance.choice(pages), family.charity, 500, account=None)
            await take_in([arrival("checkout.session.completed", session_of(payment), account=None)], TELLERS)

    async def mover() -> None:
        for _ in range(8):
            async with transaction() as moving:
                await move_funds(moving, {page.id: chance.choice([family.team.id, other.id, None]) for page in pages})

    work = [*(second(person.id) for person in seconds), giver(), giver(), mover()]
    async with asyncio.timeout(60):
        await asyncio.gather(*(asyncio.create_task(one) for one in work))
    assert len(decided) == len(set(decided)) == len(bankings)
    assert (await books.prove(PROOFS)).problems == []
    assert await books.rebuild() == 0
    await family.charity.refresh_from_db()
    stand = await Banking.filter(returned_at=None)
    assert family.charity.raised_pence == 16 * 500 + sum(one.amount_pence for one in stand)
