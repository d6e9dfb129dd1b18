"""Moving a page: what it raised goes along in one transaction, at every instant team = members + own."""

import asyncio
import random

import asyncpg
import pytest

from fundraising.funds.counting import CHANNEL
from fundraising.funds.models import Fund, FundKind, FundMove, FundState
from fundraising.funds.moving import FundStays, Move, move_fund, move_funds
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.events import Arrival
from fundraising.payments.models import Payment, PaymentState
from fundraising.rooms import TELLERS
from fundraising.store.database import connection, snapshot, transaction
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post
from tests.fundraising.funds.test_counting import give, totals, until_somebody_waits
from tests.makers import Family, arrival, make_family, make_fund, make_gift, make_payment, refund_of, session_of

# Each team's total, what its members' pages have raised, and what stands of the gifts to the team itself.
PARTS = """
select t.id, t.raised_pence as total,
  (select coalesce(sum(m.raised_pence), 0) from fund m where m.team_id = t.id) as members,
  (select coalesce(sum(case when x.credit_account = 'fund:' || t.id then x.pence else -x.pence end), 0) from transfer x
   where 'fund:' || t.id in (x.credit_account, x.debit_account) and x.kind in ('donation', 'refund')) as own
from fund t where t.kind = 'team' order by t.id
"""


async def move(page: Fund, team: Fund | None, *, even_closed: bool = False) -> Move | None:
    """A move in a transaction of its own."""
    async with transaction() as moving:
        return await move_fund(moving, page.id, team.id if team else None, even_closed=even_closed)


async def make_team(family: Family, **given: object) -> Fund:
    """Another team of the event."""
    return await make_fund(FundKind.TEAM, **({"event": family.event, "charity": family.charity} | given))


@pytest.mark.usefixtures("database")
async def test_what_a_page_raised_goes_along_and_nothing_else_does() -> None:
    """Pence, Gift Aid and gifts; what was given to the team stays with it, charity and event stand still."""
    family = await make_family()
    other = await make_team(family)
    await give(family.runner, family.charity, 1000, gift_aid=True)
    await give(family.team, family.charity, 300)
    above = await totals([family.charity, family.event])
    moved = await move(family.runner, other)
    assert await totals([family.runner, family.team, other]) == [(1000, 250, 1, 2), (300, 0, 1, 3), (1000, 250, 1, 1)]
    assert await totals([family.charity, family.event]) == above
    (kept,) = await FundMove.all()
    assert (kept.fund_id, kept.left_id, kept.joined_id) == (family.runner.id, family.team.id, other.id)
    assert (kept.raised_pence, kept.gift_aid_pence, kept.donations) == (1000, 250, 1)
    assert moved == Move(
        family.runner.id, family.team.id, other.id, 1000, 250, 1, family.charity.id, has_new_charity=False
    )
    assert (await books.prove()).ok
    assert await books.rebuild() == 0


@pytest.mark.usefixtures("database")
async def test_a_page_that_is_there_already_does_not_move() -> None:
    """No row, no version, no word."""
    family = await make_family()
    loner = await make_fund(FundKind.RUNNER, charity=family.charity, event=family.event)
    before = await totals([*family.all, loner])
    assert await move(family.runner, family.team) is None
    assert await move(loner, None) is None
    assert await totals([*family.all, loner]) == before
    assert await FundMove.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_a_page_leaves_for_no_team_and_comes_from_none() -> None:
    """Half a move is a whole row."""
    family = await make_family()
    await give(family.runner, family.charity)
    await move(family.runner, None)
    assert [total[0] for total in await totals([family.runner, family.team])] == [1000, 0]
    await move(family.runner, family.team)
    assert [total[0] for total in await totals([family.runner, family.team])] == [1000, 1000]
    rows = await FundMove.all().order_by("id")
    assert [(row.left_id, row.joined_id) for row in rows] == [(family.team.id, None), (None, family.team.id)]
    assert (await books.prove()).ok


@pytest.mark.usefixtures("database")
async def test_what_goes_back_after_a_move_leaves_the_team_that_has_the_page() -> None:
    """Not the one that had it when it was given."""
    family = await make_family()
    other = await make_team(family)
    payment = await make_gift(family.runner, family.charity, 1000)
    await move(family.runner, other)
    await take_in([arrival("refund.created", refund_of(payment, 400))], {})
    assert [total[0] for total in await totals([family.runner, family.team, other])] == [600, 0, 600]
    assert (await books.prove()).ok


@pytest.mark.usefixtures("database")
async def test_a_page_to_which_nobody_has_given_takes_the_charity_of_its_team() -> None:
    """When the team has one."""
    family, theirs = await make_family(), await make_fund(FundKind.CHARITY)
    moved = await move(family.runner, await make_team(family, charity=None))
    assert moved
    assert (moved.charity_id, moved.has_new_charity) == (family.charity.id, False)
    moved = await move(family.runner, await make_team(family, charity=theirs))
    assert moved
    assert (moved.charity_id, moved.has_new_charity) == (theirs.id, True)
    assert (await Fund.get(id=family.runner.id)).charity_id == theirs.id


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("state", list(PaymentState))
async def test_once_somebody_gives_the_charity_stays(state: PaymentState) -> None:
    """It was shown before paying; a payment that came to nothing binds nobody."""
    family, theirs = await make_family(), await make_fund(FundKind.CHARITY)
    payment = await make_payment(family.runner, family.charity)
    if state is PaymentState.PAID:
        await take_in([arrival("checkout.session.completed", session_of(payment))], {})
        await take_in([arrival("refund.created", refund_of(payment))], {})  # all of it: the totals are 0 again
    else:
        await Payment.filter(id=payment.id).update(state=state)
    await move(family.runner, await make_team(family, charity=theirs))
    binds = state not in (PaymentState.FAILED, PaymentState.EXPIRED)
    assert (await Fund.get(id=family.runner.id)).charity_id == (family.charity.id if binds else theirs.id)
    assert (await books.prove()).ok


@pytest.mark.usefixtures("database")
async def test_a_closed_page_stays_unless_its_whole_team_goes() -> None:
    """What it raised was given to the team for good."""
    family = await make_family(state=FundState.CLOSED)
    other = await make_team(family)
    with pytest.raises(FundStays):
        await move(family.runner, other)
    assert await FundMove.all().count() == 0
    assert await move(family.runner, other, even_closed=True)


@pytest.mark.usefixtures("database")
async def test_a_whole_team_moves_at_once() -> None:
    """Into another; each page has its own line in the history."""
    family = await make_family()
    other = await make_team(family)
    second = await make_fund(FundKind.RUNNER, team=family.team, charity=family.charity, event=family.event)
    await give(family.runner, family.charity, 1000)
    await give(second, family.charity, 500)
    async with transaction() as moving:
        moves = await move_funds(moving, dict.fromkeys([family.runner.id, second.id], other.id))
    assert [(one.fund_id, one.raised_pence) for one in moves] == [(family.runner.id, 1000), (second.id, 500)]
    assert [total[0] for total in await totals([family.team, other])] == [0, 1500]
    assert (await books.prove()).ok


async def test_who_watches_either_team_or_the_event_is_told_after_the_commit(own_database: str) -> None:
    """The event's total stands still, but its teams do not."""
    family = await make_family()
    other = await make_team(family)
    heard: list[str] = []
    listening = await asyncpg.connect(own_database)
    await listening.add_listener(CHANNEL, lambda *told: heard.append(str(told[-1])))
    await move(family.runner, other)
    await listening.fetchval("select 1")
    await listening.close()
    told = sorted([family.runner.id, family.team.id, other.id, family.event.id])
    assert heard == [",".join(map(str, told))]


async def test_who_gives_while_the_page_takes_another_charity_is_asked_to_look_again(
    own_database: str, committed_site: Site
) -> None:
    """The gift would have gone to a charity that the page is no longer in aid of."""
    family, theirs = await make_family(), await make_fund(FundKind.CHARITY)
    other = await make_team(family, charity=theirs)
    moving = await asyncpg.connect(own_database)
    async with moving.transaction():
        await move_fund(moving, family.runner.id, other.id)
        giving = asyncio.create_task(post(committed_site, family))
        await until_somebody_waits(own_database)
        assert not giving.done()
    await moving.close()
    answer = await giving
    assert answer.status_code == 409
    assert "just changed its charity" in answer.text
    assert await Payment.all().count() == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update fund set team_id = null where kind = 'runner'", "its last move"),
        ("update fund_move set left_id = null where id = (select max(id) from fund_move)", "begins at team None"),
        ("update fund_move set joined_id = left_id where id = (select min(id) from fund_move)", "begins at team"),
    ],
)
async def test_the_books_name_a_move_that_does_not_follow(change: str, said: str) -> None:
    """Each begins where the one before ended, and the page is where the last one ended."""
    family = await make_family()
    other = await make_team(family)
    for team in (other, family.team, other):
        await move(family.runner, team)
    assert (await books.prove()).ok
    async with connection() as writing:
        await writing.execute("set local session_replication_role = replica")  # no triggers
        await writing.execute("alter table fund_move drop constraint fund_move_teams")
        await writing.execute(change)
    (problem,) = (await books.prove()).problems
    assert family.runner.slug in problem
    assert said in problem


class Bustle:
    """Payments that come in by several at once, while pages go back and forth and somebody keeps looking."""

    def __init__(self, family: Family, teams: list[Fund], pages: list[Fund]) -> None:
        self.family, self.teams, self.pages = family, teams, pages
        self.chance = random.Random(7)
        self.news: list[Arrival] = []
        self.given: list[tuple[Fund, int]] = []  # what stands in the end, and of which fund
        self.over = asyncio.Event()
        self.looks = self.moves = 0

    async def prepare(self, payments: int) -> None:
        """Rows of the gifts, and the news of them; of every fourth a part goes back."""
        for number in range(payments):
            to = self.chance.choice([*self.pages, *self.pages, *self.teams])
            payment = await make_payment(to, self.family.charity, 1000 + number, gift_aid=number % 3 == 0)
            self.news.append(arrival("checkout.session.completed", session_of(payment)))
            if number % 4 == 0:
                self.news.append(arrival("refund.created", refund_of(payment, 250)))
            self.given.append((to, 1000 + number - 250 * (number % 4 == 0)))
        self.chance.shuffle(self.news)

    async def give(self) -> None:
        """Take the news in, a few at a time."""
        while self.news:
            await take_in([self.news.pop() for _ in range(min(self.chance.randint(1, 4), len(self.news)))], TELLERS)

    async def move(self) -> None:
        """One page to some team or none, or both at once."""
        while not self.over.is_set():
            to = dict(zip(self.pages, self.chance.choices([*self.teams, None], k=2), strict=True))
            if self.chance.random() < 0.7:
                to.popitem()
            async with transaction() as moving:
                moves = {page.id: team.id if team else None for page, team in to.items()}
                self.moves += len(await move_funds(moving, moves))

    async def look(self) -> None:
        """At one instant each: every team is its members' pages and its own gifts."""
        while not self.over.is_set():
            async with snapshot() as reading:
                for row in await reading.fetch(PARTS):
                    assert row["total"] == row["members"] + row["own"], dict(row)
            self.looks += 1
            await asyncio.sleep(0.005)

    async def run(self) -> None:
        """All of it at once, until every payment is taken in."""
        beside = [asyncio.create_task(one()) for one in (self.move, self.move, self.look)]
        await asyncio.gather(*(asyncio.create_task(self.give()) for _ in range(3)))
        self.over.set()
        await asyncio.gather(*beside)


async def test_gifts_and_moves_at_the_same_time_never_pass_each_other_unseen(own_database: str) -> None:
    """Whoever looks meanwhile finds each team whole; in the end all stands where its page is."""
    family = await make_family()
    teams = [family.team, await make_team(family)]
    second = await make_fund(FundKind.RUNNER, team=teams[1], charity=family.charity, event=family.event)
    bustle = Bustle(family, teams, [family.runner, second])
    await bustle.prepare(90)
    async with asyncio.timeout(60):
        await bustle.run()
    assert bustle.looks > 5
    assert bustle.moves > 5
    for fund in (*bustle.pages, *teams):
        await fund.refresh_from_db()
    for fund in (*bustle.pages, *teams):
        counting = [fund, *(page for page in bustle.pages if page.team_id == fund.id)]
        assert fund.raised_pence == sum(pence for to, pence in bustle.given if to in counting)
    assert (await books.prove()).problems == []
    assert await books.rebuild() == 0
