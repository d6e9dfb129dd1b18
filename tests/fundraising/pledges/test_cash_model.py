"""Any mix of typing, paying in, confirming, refusing, returning and moving ends in the totals of a plain model."""

import asyncio
import contextvars
from typing import Any

import hypothesis.strategies as st
import pytest
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

from fundraising.funds.models import Fund, FundKind
from fundraising.funds.moving import move_funds
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.pledges import cash, confirming
from fundraising.pledges.cash import PaidInAlready
from fundraising.pledges.confirming import NotTheSecond, Settled
from fundraising.pledges.forms import line
from fundraising.pledges.models import CashGift
from fundraising.rooms import MODELS, PROOFS
from fundraising.store import database
from tests.conftest import copy_of, drop
from tests.fundraising.pledges.making import pay_in, type_in
from tests.makers import arrival, make_family, make_fund, make_payment, make_person, session_of

PEOPLE = 3


class Cash(RuleBasedStateMachine):
    """Lines go from state to state; the model knows of each line how it stands, and what of it counts."""

    runner: asyncio.Runner
    context: contextvars.Context

    def do(self, work: Any) -> Any:
        """Run work of ours, all of it in one context: that is where the open transaction is known."""
        return self.runner.run(work, context=self.context)

    @initialize()
    def start(self) -> None:
        """A family; people, any of whom may type, pay in and confirm."""
        self.transaction = self.context.run(in_transaction)
        self.do(self.transaction.__aenter__())
        self.family = self.do(make_family(account=None))
        self.page: Fund = self.family.runner
        self.other: Fund = self.do(make_fund(FundKind.TEAM, event=self.family.event, charity=self.family.charity))
        self.team: Fund | None = self.family.team
        self.people = [self.do(make_person()).id for _ in range(PEOPLE)]
        self.lines: dict[int, tuple[str, int, int, int | None]] = {}  # state, pence, who typed, banking
        self.bankings: dict[int, tuple[str, int]] = {}  # state, who paid in
        self.online = 0
        self.gifts = 0

    @rule(
        pence=st.lists(st.integers(1, 5000), min_size=1, max_size=3), by=st.integers(0, PEOPLE - 1), got=st.booleans()
    )
    def type_in(self, pence: list[int], by: int, got: bool) -> None:
        """A paper form."""
        made = self.do(type_in(self.page.id, self.people[by], *pence, collected=got))
        for number, amount in zip(made, pence, strict=True):
            self.lines[number] = ("collected" if got else "promised", amount, by, None)

    @precondition(lambda self: self.lines)
    @rule(
        data=st.data(),
        pence=st.integers(1, 5000),
        by=st.integers(0, PEOPLE - 1),
        how=st.sampled_from(["change", "drop"]),
    )
    def change_or_drop(self, data: st.DataObject, pence: int, by: int, how: str) -> None:
        """A line is written anew, or dropped; not so once it is paid in."""
        number = data.draw(st.sampled_from(sorted(self.lines)))
        state, was, typed, banking = self.lines[number]
        form = line({"name": "Bo", "amount": f"{pence / 100:.2f}", "collected": "on"})
        work = cash.drop(self.page.id, number) if how == "drop" else cash.change(self.page.id, number, self.people[by], form)  # fmt: skip
        if state in ("promised", "collected"):
            self.do(work)
            self.lines[number] = ("dropped", was, typed, None) if how == "drop" else ("collected", pence, by, None)
        elif not (state == "dropped" and how == "drop"):
            with pytest.raises(PaidInAlready):
                self.do(work)
        else:
            self.do(work)
        assert banking is None or self.lines[number][3] == banking

    @precondition(lambda self: self.lines)
    @rule(data=st.data(), by=st.integers(0, PEOPLE - 1))
    def pay_in(self, data: st.DataObject, by: int) -> None:
        """Some lines are paid in; it is refused when one of them is not just collected."""
        chosen = sorted(data.draw(st.sets(st.sampled_from(sorted(self.lines)), min_size=1, max_size=3)))
        if any(self.lines[number][0] != "collected" for number in chosen):
            with pytest.raises(PaidInAlready):
                self.do(pay_in(self.page.id, self.people[by], chosen))
            return
        banking = self.do(pay_in(self.page.id, self.people[by], chosen))
        self.bankings[banking.id] = ("open", by)
        for number in chosen:
            _, pence, typed, _ = self.lines[number]
            self.lines[number] = ("banked", pence, typed, banking.id)

    @precondition(lambda self: self.bankings)
    @rule(
        data=st.data(), by=st.integers(0, PEOPLE - 1), verb=st.sampled_from(["confirm", "confirm", "refuse", "return"])
    )
    def decide(self, data: st.DataObject, by: int, verb: str) -> None:
        """Confirmed by a second person only; refused while it is open; returned while it counts."""
        banking = data.draw(st.sampled_from(sorted(self.bankings)))
        state, payer = self.bankings[banking]
        mine = [number for number, one in self.lines.items() if one[3] == banking]
        person = self.people[by]
        work = {
            "confirm": lambda: confirming.confirm(banking, person, livemode=False),
            "refuse": lambda: confirming.refuse(banking, person, "not there"),
            "return": lambda: confirming.give_back(banking, person, "by mistake"),
        }[verb]()
        if state != ("confirmed" if verb == "return" else "open"):
            with pytest.raises(Settled):
                self.do(work)
        elif verb == "confirm" and by in {payer, *(self.lines[number][2] for number in mine)}:
            with pytest.raises(NotTheSecond):
                self.do(work)
        else:
            self.do(work)
            self.bankings[banking] = ({"confirm": "confirmed", "refuse": "refused", "return": "returned"}[verb], payer)
            for number in mine:
                _, pence, typed, _ = self.lines[number]
                self.lines[number] = (
                    ("confirmed", pence, typed, banking) if verb == "confirm" else ("collected", pence, typed, None)
                )

    @rule(pence=st.integers(1, 5000), comes_back=st.booleans())
    def go_the_whole_way(self, pence: int, comes_back: bool) -> None:
        """Typed by one, paid in by another, confirmed by a third; and sometimes it was a mistake."""
        (number,) = self.do(type_in(self.page.id, self.people[0], pence))
        banking = self.do(pay_in(self.page.id, self.people[1], [number])).id
        self.do(confirming.confirm(banking, self.people[2], livemode=False))
        if comes_back:
            self.do(confirming.give_back(banking, self.people[2], "by mistake"))
        self.bankings[banking] = ("returned" if comes_back else "confirmed", 1)
        self.lines[number] = ("collected", pence, 0, None) if comes_back else ("confirmed", pence, 0, banking)

    @rule(pence=st.integers(200, 5000))
    def give_online(self, pence: int) -> None:
        """Beside all that somebody gives by card."""
        payment = self.do(make_payment(self.page, self.family.charity, pence, account=None))
        self.do(take_in([arrival("checkout.session.completed", session_of(payment), account=None)], {}))
        self.online += pence
        self.gifts += 1

    @rule(to=st.sampled_from([0, 1, 2]))
    def move(self, to: int) -> None:
        """The page changes team, and what was confirmed moves along."""
        team = (None, self.family.team, self.other)[to]

        async def moving() -> None:
            async with database.transaction() as connection:
                await move_funds(connection, {self.page.id: team.id if team else None})

        self.do(moving())
        self.team = team

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        """Lines, and totals of the page and of all that it counts towards."""
        if not hasattr(self, "gifts"):
            return

        async def rows() -> list[CashGift]:
            return await CashGift.all()

        for row in self.do(rows()):
            assert (row.state, row.amount_pence, row.banking_id) == tuple(self.lines[row.id][i] for i in (0, 1, 3))
        counts = [pence for state, pence, _, _ in self.lines.values() if state == "confirmed"]
        should = (self.online + sum(counts), self.gifts + len(counts))
        for fund in (self.page, self.family.charity, self.family.event, self.family.team, self.other):
            self.do(fund.refresh_from_db())
            has = fund not in (self.family.team, self.other) or fund is self.team
            assert (fund.raised_pence, fund.donations) == (should if has else (0, 0))
            assert fund.gift_aid_pence == 0

    def teardown(self) -> None:
        """The books are right, and there is nothing to mend. Then undo everything."""
        if hasattr(self, "gifts"):
            try:
                assert self.do(books.prove(PROOFS)).problems == []
                assert self.do(books.rebuild()) == 0
            finally:
                self.do(self.transaction.__aexit__(ValueError, ValueError(), None))


def test_any_mix_of_what_happens_to_cash_ends_in_the_totals_of_the_model(template_url: str, server_url: str) -> None:
    """Many stories, each undone; the loop is our own, since hypothesis calls us without one."""
    with asyncio.Runner() as runner:
        Cash.runner, Cash.context = runner, contextvars.copy_context()
        url = runner.run(copy_of(template_url, server_url))
        opening = database.opened(database.tortoise_config(url, MODELS))
        runner.run(opening.__aenter__(), context=Cash.context)
        try:
            run_state_machine_as_test(
                Cash,
                settings=settings(
                    max_examples=10,
                    stateful_step_count=20,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=[Phase.explicit, Phase.generate],
                ),
            )
        finally:
            runner.run(opening.__aexit__(None, None, None), context=Cash.context)
            runner.run(drop(url, server_url))
