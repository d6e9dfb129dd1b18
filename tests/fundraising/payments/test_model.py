"""Any sequence of deliveries ends in the totals of a model: deliver, repeat, reorder, refund, dispute, forge."""

import asyncio
import contextvars
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tortoise.transactions import in_transaction

from fundraising.payments import books, gift_aid
from fundraising.payments.batch import take_in
from fundraising.payments.events import Arrival
from fundraising.payments.models import Payment, Purpose
from fundraising.rooms import MODELS
from fundraising.store import database
from tests.conftest import copy_of, drop
from tests.makers import (
    Family,
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


async def change_gift_aid(payment: Payment, wanted: bool) -> None:
    """Of one payment; of several gifts together only the gifts have any."""
    if payment.purpose is not Purpose.TOGETHER:
        async with database.transaction() as writing:
            await gift_aid.change(writing, payment.id, wanted)


class Stripe:
    """The model: what has really happened at Stripe, and what of it has been delivered."""

    def __init__(self) -> None:
        self.undelivered: list[Arrival] = []
        self.delivered: list[Arrival] = []
        self.standing: dict[Any, int] = {}


class Deliveries(RuleBasedStateMachine):
    """Money moves at Stripe; events about it reach us in any order, some twice; forged ones too."""

    runner: asyncio.Runner
    context: contextvars.Context

    def do(self, work: Any) -> Any:
        """Run work of ours, all of it in one context: that is where the open transaction is known."""
        return self.runner.run(work, context=self.context)

    @initialize()
    def start(self) -> None:
        """Two families; everything within a transaction that is undone."""
        self.stripe = Stripe()
        self.transaction = self.context.run(in_transaction)
        self.do(self.transaction.__aenter__())
        self.families: list[Family] = [self.do(make_family(account=None)) for _ in range(2)]
        self.payments: list[tuple[Payment, Family]] = []
        self.parts: dict[Any, list[Payment]] = {}
        self.refunds: list[tuple[Payment, dict[str, Any]]] = []
        self.disputes: list[tuple[Payment, dict[str, Any]]] = []

    def happened(self, type_: str, thing: dict[str, Any]) -> None:
        """Something happened at Stripe; the news of it is on its way."""
        self.stripe.undelivered.append(arrival(type_, thing, account=None))

    @rule(family=st.integers(0, 1), pence=st.integers(200, 5000), to=st.sampled_from([0, 1, 2, 3]), aid=st.booleans())
    def pay(self, family: int, pence: int, to: int, aid: bool) -> None:
        """Somebody gives, to a runner, a team, a charity or an event."""
        given = self.families[family]
        payment = self.do(make_payment(given.all[to], given.charity, pence, gift_aid=aid, account=None))
        self.payments.append((payment, given))
        self.stripe.standing[payment.id] = pence
        self.happened("checkout.session.completed", session_of(payment))
        self.happened("payment_intent.succeeded", intent_of(payment))
        self.happened("charge.succeeded", charge_of(payment))

    @rule(family=st.integers(0, 1), amounts=st.lists(st.integers(200, 5000), min_size=2, max_size=4), aid=st.booleans())
    def pay_together(self, family: int, amounts: list[int], aid: bool) -> None:
        """Somebody gives to a runner and to the team in one go, perhaps twice to each."""
        given = self.families[family]
        gifts = [(given.all[number % 2], pence) for number, pence in enumerate(amounts)]
        whole, parts = self.do(make_together(given.charity, gifts, gift_aid=aid, account=None))
        self.payments.append((whole, given))
        self.parts[whole.id] = parts
        self.stripe.standing[whole.id] = sum(amounts)
        self.happened("checkout.session.completed", session_of(whole))
        self.happened("charge.succeeded", charge_of(whole))

    @precondition(lambda self: self.parts)
    @rule(data=st.data())
    def refund_one_of_several(self, data: st.DataObject) -> None:
        """We ask for one gift of several back; what of the whole still stands may be less by then."""
        whole, _ = data.draw(st.sampled_from([one for one in self.payments if one[0].id in self.parts]))
        part = data.draw(st.sampled_from(self.parts[whole.id]))
        pence = min(part.amount_pence, self.stripe.standing[whole.id])
        if pence:
            self.stripe.standing[whole.id] -= pence
            refund = refund_of(whole, pence, metadata={"part": str(part.id)})
            self.refunds.append((whole, refund))
            self.happened("refund.created", refund)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        """A part of what stands, or all of it, goes back."""
        payment, _ = data.draw(st.sampled_from(self.payments))
        stands = self.stripe.standing[payment.id]
        if not stands:
            return
        pence = data.draw(st.integers(1, stands))
        refund = refund_of(payment, pence)
        self.stripe.standing[payment.id] -= pence
        self.refunds.append((payment, refund))
        self.happened("refund.created", refund)
        self.happened("charge.refunded", charge_of(payment, amount_refunded=0))

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def refund_fails(self, data: st.DataObject) -> None:
        """The bank sends a refund back."""
        payment, refund = data.draw(st.sampled_from(self.refunds))
        self.refunds.remove((payment, refund))
        self.stripe.standing[payment.id] += refund["amount"]
        self.happened("refund.failed", refund | {"status": "failed"})
        self.happened("refund.updated", refund | {"status": "failed"})

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def dispute(self, data: st.DataObject) -> None:
        """A bank takes back a part of what stands, mostly all of it."""
        payment, _ = data.draw(st.sampled_from(self.payments))
        stands = self.stripe.standing[payment.id]
        if not stands:
            return
        pence = data.draw(st.just(stands) | st.integers(1, stands))
        dispute = dispute_of(payment, amount=pence)
        self.stripe.standing[payment.id] -= pence
        self.disputes.append((payment, dispute))
        self.happened("charge.dispute.created", dispute)
        self.happened("charge.dispute.funds_withdrawn", dispute)

    @precondition(lambda self: self.disputes)
    @rule(data=st.data(), won=st.booleans())
    def close(self, data: st.DataObject, won: bool) -> None:
        """A dispute ends."""
        payment, dispute = data.draw(st.sampled_from(self.disputes))
        self.disputes.remove((payment, dispute))
        ended = dispute | {"status": "won" if won else "lost"}
        self.happened("charge.dispute.closed", ended)
        if won:
            self.stripe.standing[payment.id] += dispute["amount"]
            self.happened("charge.dispute.funds_reinstated", ended)

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), change=st.sampled_from([{"amount_total": 1}, {"currency": "eur"}, {"id": "cs_test_forged"}]))
    def forge(self, data: st.DataObject, change: dict[str, Any]) -> None:
        """Somebody's session that is not ours, delivered at once."""
        payment, _ = data.draw(st.sampled_from(self.payments))
        if payment.id.hex[-10:] in change.get("id", ""):
            return
        self.do(payment.refresh_from_db())
        if "id" in change and payment.session_id is None:
            return
        self.do(take_in([arrival("checkout.session.completed", session_of(payment) | change, account=None)], {}))

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), wanted=st.booleans())
    def change_gift_aid(self, data: st.DataObject, wanted: bool) -> None:
        """Gift Aid is added later, or not wanted any more; the books prove the estimates from the payments."""
        payment, _ = data.draw(st.sampled_from(self.payments))
        self.do(change_gift_aid(payment, wanted))

    @precondition(lambda self: self.stripe.undelivered)
    @rule(data=st.data(), count=st.integers(1, 4))
    def deliver(self, data: st.DataObject, count: int) -> None:
        """A batch of news, in any order."""
        batch = data.draw(st.permutations(self.stripe.undelivered))[:count]
        self.do(take_in(batch, {}))
        for one in batch:
            self.stripe.undelivered.remove(one)
            self.stripe.delivered.append(one)

    @precondition(lambda self: self.stripe.delivered)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A second delivery."""
        self.do(take_in([data.draw(st.sampled_from(self.stripe.delivered))], {}))

    @invariant()
    def the_books_are_right(self) -> None:
        """After every step totals and ledger agree."""
        if hasattr(self, "stripe"):
            assert self.do(books.prove()).problems == []

    def stands_of(self, payment: Payment) -> int:
        """What has to stand of a payment. Which of several gifts went back our rule says; all of it Stripe does."""
        if payment.together_id is None:
            return self.stripe.standing[payment.id]
        parts = self.parts[payment.together_id]
        for part in parts:
            self.do(part.refresh_from_db())
        assert all(part.refunded_pence >= 0 and part.disputed_pence >= 0 <= part.standing_pence for part in parts)
        assert sum(part.standing_pence for part in parts) == self.stripe.standing[payment.together_id]
        return payment.standing_pence

    def teardown(self) -> None:
        """Deliver the rest; the totals are those of the model. Then undo everything."""
        if not hasattr(self, "stripe"):
            return
        try:
            for one in self.stripe.undelivered:
                self.do(take_in([one], {}))
            self.the_books_are_right()
            for family in self.families:
                mine = [p for p, of in self.payments if of is family]
                sums = dict.fromkeys([fund.id for fund in family.all], 0)
                for payment in [part for one in mine for part in self.parts.get(one.id, [one])]:
                    stands = self.stands_of(payment)
                    level = next(i for i, fund in enumerate(family.all) if fund.id == payment.fund_id)
                    above = [[0, 1, 2, 3], [1, 2, 3], [2], [2, 3]][level]
                    for i in above:
                        sums[family.all[i].id] += stands
                for fund in family.all:
                    self.do(fund.refresh_from_db())
                    assert fund.raised_pence == sums[fund.id]
        finally:
            self.do(self.transaction.__aexit__(ValueError, ValueError(), None))


def test_any_sequence_of_deliveries_ends_in_the_totals_of_the_model(template_url: str, server_url: str) -> None:
    """A hundred stories, each undone; the loop is our own, since hypothesis calls us without one."""
    with asyncio.Runner() as runner:
        Deliveries.runner, Deliveries.context = runner, contextvars.copy_context()
        url = runner.run(copy_of(template_url, server_url))
        opening = database.opened(database.tortoise_config(url, MODELS))
        runner.run(opening.__aenter__(), context=Deliveries.context)
        try:
            run_state_machine_as_test(
                Deliveries,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=25,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=[Phase.explicit, Phase.generate],
                ),
            )
        finally:
            runner.run(opening.__aexit__(None, None, None), context=Deliveries.context)
            runner.run(drop(url, server_url))
