"""One transaction for many events: what is old among them, and how the database is asked."""

from collections.abc import Sequence
from uuid import uuid4

import asyncpg
import pytest

from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.judging import Moved
from fundraising.payments.models import EventState, StripeEvent
from fundraising.rooms import TELLERS
from tests.makers import arrival, charge_of, make_family, make_payment, refund_of, session_of

pytestmark = pytest.mark.usefixtures("database")


async def test_of_a_batch_of_old_and_new_only_the_new_moves_anything() -> None:
    """Facts are judged before it is known which of them are old: then they are judged again, as if those had not come."""
    family = await make_family()
    old, new = [await make_payment(family.runner, family.charity) for _ in range(2)]
    paid, refund = (
        arrival("checkout.session.completed", session_of(old)),
        arrival("refund.created", refund_of(old, 700)),
    )
    await take_in([paid, refund], {})
    of_new = [arrival("checkout.session.completed", session_of(new)), arrival("refund.created", refund_of(new, 200))]
    told: list[Moved] = []

    async def teller(_connection: object, moved: Sequence[Moved]) -> None:
        told.extend(moved)

    await take_in([refund, *of_new, paid], dict.fromkeys(TELLERS, teller))
    for fund in family.all:
        await fund.refresh_from_db()
        assert (fund.raised_pence, fund.donations) == (4100, 2)
    assert [(one.payment_id, one.before_pence, one.after_pence) for one in told] == [(new.id, 0, 2300)]
    assert {event.state for event in await StripeEvent.all()} == {EventState.TAKEN}
    assert (await books.prove()).ok


async def test_what_is_asked_in_a_batch_is_asked_by_key() -> None:
    """A plan that was made when a table was small must not go through all of it when it has grown."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    seen = []

    async def teller(connection: asyncpg.Connection, _moved: object) -> None:
        seen.append(await connection.fetchval("show enable_seqscan"))

    await take_in([arrival("checkout.session.completed", session_of(payment))], dict.fromkeys(TELLERS, teller))
    assert seen == ["off"]


async def test_a_payment_whose_id_was_changed_at_stripe_is_found_by_its_intent() -> None:
    """Whoever owns the account can change the metadata of a charge; the intent is the one that we know."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    await take_in([arrival("checkout.session.completed", session_of(payment))], {})
    told = arrival("charge.updated", charge_of(payment, metadata={"payment": str(uuid4())}))
    await take_in([told, arrival("refund.created", refund_of(payment, 700))], {})
    await payment.refresh_from_db()
    assert (payment.charge_id, payment.refunded_pence) == (charge_of(payment)["id"], 700)
    assert (await StripeEvent.get(id=told.id)).state is EventState.TAKEN
