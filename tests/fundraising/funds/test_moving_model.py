"""Any mix of gifts, refunds and moves ends in the totals of a plain model, after every step."""

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

from fundraising.funds.counting import gift_aid
from fundraising.funds.models import Fund, FundKind
from fundraising.funds.moving import move_funds
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from fundraising.rooms import MODELS
from fundraising.store import database
from tests.conftest import copy_of, drop
from tests.makers import arrival, make_fund, make_payment, refund_of, session_of

TEAMS, PAGES = 3, 3


class Moving(RuleBasedStateMachine):
    """Somebody gives, something goes back, pages change team; the model knows what stands of which gift, and where."""

    runner: asyncio.Runner
    context: contextvars.Context

    def do(self, work: Any) -> Any:
        """Run work of ours, all of it in one context: that is where the open transaction is known."""
        return self.runner.run(work, context=self.context)

    @initialize(places=st.lists(st.sampled_from([None, *range(TEAMS)]), min_size=PAGES, max_size=PAGES))
    def start(self, places: list[int | None]) -> None:
        """Teams of one event, one of them for no charity; pages in some of them."""
        self.transaction = self.context.run(in_transaction)
        self.do(self.transaction.__aenter__())
        self.event: Fund = self.do(make_fund(FundKind.EVENT))
        self.charities: list[Fund] = [self.do(make_fund(FundKind.CHARITY)) for _ in range(2)]
        self.teams: list[Fund] = [
            self.do(make_fund(FundKind.TEAM, event=self.event, charity=charity)) for charity in (*self.charities, None)
        ]
        self.pages: list[Fund] = [
            self.do(make_fund(FundKind.RUNNER, event=self.event, charity=self.charities[0], team=self.team(place)))
            for place in places
        ]
        self.places = dict(enumerate(places))
        self.charity_of = dict.fromkeys(range(PAGES), self.charities[0])
        self.gifts: list[tuple[Payment, Fund, Fund]] = []  # to which fund, for which charity
        self.standing: dict[Any, int] = {}

    def team(self, place: int | None) -> Fund | None:
        """A team by its number."""
        return None if place is None else self.teams[place]

    def give(self, to: Fund, charity: Fund, pence: int, aid: bool) -> None:
        """A gift, paid."""
        payment = self.do(make_payment(to, charity, pence, gift_aid=aid, account=None))
        self.do(take_in([arrival("checkout.session.completed", session_of(payment), account=None)], {}))
        self.gifts.append((payment, to, charity))
        self.standing[payment.id] = pence

    @rule(page=st.integers(0, PAGES - 1), pence=st.integers(200, 5000), aid=st.booleans())
    def give_to_a_page(self, page: int, pence: int, aid: bool) -> None:
        """It goes to the charity of the page."""
        self.give(self.pages[page], self.charity_of[page], pence, aid)

    @rule(team=st.integers(0, TEAMS - 1), pence=st.integers(200, 5000), aid=st.booleans())
    def give_to_a_team(self, team: int, pence: int, aid: bool) -> None:
        """It stays with the team, whoever comes and goes."""
        self.give(self.teams[team], self.charities[team % 2], pence, aid)

    @precondition(lambda self: self.gifts)
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        """A part of what stands, or all of it."""
        payment, _, _ = data.draw(st.sampled_from(self.gifts))
        if stands := self.standing[payment.id]:
            pence = data.draw(st.integers(1, stands))
            self.do(take_in([arrival("refund.created", refund_of(payment, pence), account=None)], {}))
            self.standing[payment.id] -= pence

    @rule(
        to=st.dictionaries(
            st.integers(0, PAGES - 1), st.sampled_from([None, *range(TEAMS)]), min_size=1, max_size=PAGES
        )
    )
    def move(self, to: dict[int, int | None]) -> None:
        """One page or several, each to a team or to none; where nobody has given it takes the team's charity."""
        moves = {
            self.pages[page].id: (self.team(place).id if place is not None else None) for page, place in to.items()
        }  # type: ignore[union-attr]

        async def moving() -> int:
            async with database.transaction() as connection:
                return len(await move_funds(connection, moves))

        changed = {page: place for page, place in to.items() if place != self.places[page]}
        assert self.do(moving()) == len(changed)
        for page, place in changed.items():
            self.places[page] = place
            charity = None if place is None else (*self.charities, None)[place]
            if charity and not any(fund is self.pages[page] for _, fund, _ in self.gifts):
                self.charity_of[page] = charity

    def counts(self, given_to: Fund, charity: Fund) -> list[Fund | None]:
        """What a gift counts towards now."""
        place = self.places[self.pages.index(given_to)] if given_to in self.pages else None
        return [given_to, self.team(place), charity, self.event]

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        """Pence, Gift Aid and gifts of every fund; charities; and the books, moves among them."""
        if not hasattr(self, "standing"):
            return
        for fund in (*self.pages, *self.teams, *self.charities, self.event):
            self.do(fund.refresh_from_db())
            of = [(p, self.standing[p.id]) for p, to, charity in self.gifts if fund in self.counts(to, charity)]
            aid = sum(gift_aid(pence) for payment, pence in of if payment.gift_aid)
            should = (sum(pence for _, pence in of), aid, sum(pence > 0 for _, pence in of))
            assert (fund.raised_pence, fund.gift_aid_pence, fund.donations) == should
        for number, page in enumerate(self.pages):
            assert page.charity_id == self.charity_of[number].id
        assert self.do(books.prove()).problems == []

    def teardown(self) -> None:
        """There is nothing to mend. Then undo everything."""
        if hasattr(self, "standing"):
            try:
                assert self.do(books.rebuild()) == 0
            finally:
                self.do(self.transaction.__aexit__(ValueError, ValueError(), None))


def test_any_mix_of_gifts_refunds_and_moves_ends_in_the_totals_of_the_model(template_url: str, server_url: str) -> None:
    """Many stories, each undone; the loop is our own, since hypothesis calls us without one."""
    with asyncio.Runner() as runner:
        Moving.runner, Moving.context = runner, contextvars.copy_context()
        url = runner.run(copy_of(template_url, server_url))
        opening = database.opened(database.tortoise_config(url, MODELS))
        runner.run(opening.__aenter__(), context=Moving.context)
        try:
            run_state_machine_as_test(
                Moving,
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
            runner.run(opening.__aexit__(None, None, None), context=Moving.context)
            runner.run(drop(url, server_url))
