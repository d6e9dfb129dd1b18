"""What counts towards what: each fund above moves once, the parts make the whole, a gift never passes a move unseen."""

import asyncio
from collections.abc import Sequence

import asyncpg
import hypothesis.strategies as st
import pytest
from hypothesis import given

from fundraising.funds.counting import CHANNEL, Change, gift_aid, reckon
from fundraising.funds.models import Fund, FundKind
from fundraising.payments.batch import take_in
from fundraising.store.database import connection, transaction
from tests.makers import arrival, make_family, make_fund, make_payment, session_of

RUNNERS, TEAMS, CHARITIES, EVENTS = (1, 2, 3), (11, 12), (21, 22), (31,)
TOWARDS: dict[int, tuple[int | None, int | None, int | None]] = {
    1: (11, 21, 31),
    2: (12, 21, 31),
    3: (None, 22, None),
    11: (None, 21, 31),
    12: (None, 21, None),
}
changes = st.lists(
    st.builds(
        Change,
        fund_id=st.sampled_from((*RUNNERS, *TEAMS, *CHARITIES, *EVENTS)),
        charity_id=st.sampled_from(CHARITIES),
        pence=st.integers(-10_000, 10_000),
        gift_aid_pence=st.integers(-2_500, 2_500),
        donations=st.integers(-1, 1),
    ),
    max_size=12,
)


async def totals(funds: Sequence[Fund]) -> list[tuple[int, int, int, int]]:
    """Raised, Gift Aid, gifts and version of each, as they are kept."""
    ids = [fund.id for fund in funds]
    async with connection() as reading:
        rows = await reading.fetch("select * from fund where id = any($1)", ids)
    kept = {row["id"]: (row["raised_pence"], row["gift_aid_pence"], row["donations"], row["version"]) for row in rows}
    return [kept[fund_id] for fund_id in ids]


async def give(fund: Fund, charity: Fund, pence: int = 1000, *, gift_aid: bool = False) -> list[int]:
    """A gift to a fund, paid; which funds it moved."""
    payment = await make_payment(fund, charity, pence, gift_aid=gift_aid)
    return await take_in([arrival("checkout.session.completed", session_of(payment))], {})


@given(st.integers(0, 10**12))
def test_gift_aid_is_a_quarter_rounded_down(pence: int) -> None:
    """25p for every whole £1, and never a fraction of a penny more than may be claimed."""
    assert 4 * gift_aid(pence) <= pence < 4 * (gift_aid(pence) + 1)
    assert gift_aid(pence * 100) == pence * 25


@given(st.lists(st.integers(0, 10**7), max_size=20))
def test_gift_aid_on_parts_promises_no_more_than_on_the_whole(parts: list[int]) -> None:
    """And less than a penny is lost for each gift."""
    assert 0 <= gift_aid(sum(parts)) - sum(map(gift_aid, parts)) <= len(parts)


@given(changes)
def test_the_sum_of_a_fund_is_that_of_what_counts_towards_it(given_changes: list[Change]) -> None:
    """The fund given to, its team, its event, and the charity that was chosen: each change once."""
    moves = reckon(given_changes, TOWARDS)
    moved = dict(zip(moves.ids, zip(moves.pence, moves.gift_aid_pence, moves.donations, strict=True), strict=True))
    touched = set()
    for fund in (*RUNNERS, *TEAMS, *CHARITIES, *EVENTS):
        counting = [
            change
            for change in given_changes
            if fund in (change.fund_id, change.charity_id)
            or fund in TOWARDS.get(change.fund_id, ())[::2]  # its team and its event
        ]
        sums = tuple(sum(getattr(c, part) for c in counting) for part in ("pence", "gift_aid_pence", "donations"))
        assert moved.get(fund, (0, 0, 0)) == sums
        touched |= {fund} if counting else set()
    assert set(moves.ids) == touched
    assert moves.ids == sorted(touched)
    assert set(moves.rest) == touched - TOWARDS.keys()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("to", "moved"),
    [(0, (1, 1, 1, 1)), (1, (0, 1, 1, 1)), (2, (0, 0, 1, 0)), (3, (0, 0, 1, 1))],
    ids=["a runner", "a team", "a charity", "an event"],
)
async def test_a_gift_moves_what_it_was_given_to_and_what_that_counts_towards(to: int, moved: tuple[int, ...]) -> None:
    """Each once; nothing beside them."""
    family, others = await make_family(), await make_family(account=None)
    told = await give(family.all[to], family.charity, gift_aid=True)
    assert await totals(family.all) == [(1000 * n, 250 * n, n, n) for n in moved]
    assert await totals(others.all) == [(0, 0, 0, 0)] * 4
    assert sorted(told) == sorted(fund.id for fund, n in zip(family.all, moved, strict=True) if n)


@pytest.mark.usefixtures("database")
async def test_who_has_no_team_and_no_event_counts_for_the_charity_alone() -> None:
    """Nothing above is no trouble."""
    charity = await make_fund(FundKind.CHARITY)
    loner = await make_fund(FundKind.RUNNER, charity=charity)
    assert sorted(await give(loner, charity)) == sorted([loner.id, charity.id])
    assert await totals([loner, charity]) == [(1000, 0, 1, 1)] * 2


@pytest.mark.usefixtures("database")
async def test_a_gift_to_an_event_reaches_the_charity_that_was_chosen() -> None:
    """Not one that happens to be near."""
    family, chosen = await make_family(), await make_fund(FundKind.CHARITY)
    await give(family.event, chosen)
    assert await totals([family.event, chosen, family.charity]) == [(1000, 0, 1, 1), (1000, 0, 1, 1), (0, 0, 0, 0)]


async def test_every_process_is_told_once_after_the_commit_and_never_of_what_was_undone(own_database: str) -> None:
    """One word per batch, with the ids of all that moved."""
    family = await make_family()
    heard: list[str] = []
    listening = await asyncpg.connect(own_database)
    await listening.add_listener(CHANNEL, lambda *told: heard.append(str(told[-1])))

    async def give_and_fail() -> None:
        async with transaction():
            await give(family.runner, family.charity)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await give_and_fail()
    payments = [await make_payment(fund, family.charity, 700) for fund in (family.runner, family.team, family.runner)]
    async with transaction():
        told = await take_in([arrival("checkout.session.completed", session_of(one)) for one in payments], {})
        await listening.fetchval("select 1")
        assert heard == []
    await listening.fetchval("select 1")
    await listening.close()
    assert [sorted(map(int, word.split(","))) for word in heard] == [sorted(told)]
    assert await totals([family.runner, family.team]) == [(1400, 0, 2, 1), (2100, 0, 3, 1)]


async def test_a_gift_waits_for_a_runner_who_is_changing_team_and_counts_for_the_new_one(own_database: str) -> None:
    """The fund given to is locked before it is read what it counts towards."""
    family = await make_family()
    new_team = await make_fund(FundKind.TEAM, event=family.event, charity=family.charity)
    payment = await make_payment(family.runner, family.charity)
    moving = await asyncpg.connect(own_database)
    move = moving.transaction()
    await move.start()
    await moving.execute("select from fund where id = $1 for update", family.runner.id)
    giving = asyncio.create_task(take_in([arrival("checkout.session.completed", session_of(payment))], {}))
    await until_somebody_waits(own_database)
    await moving.execute("update fund set team_id = $2 where id = $1", family.runner.id, new_team.id)
    assert not giving.done()
    await move.commit()
    await moving.close()
    assert new_team.id in await asyncio.wait_for(giving, 5)
    assert await totals([family.runner, family.team, new_team]) == [(2500, 0, 1, 1), (0, 0, 0, 0), (2500, 0, 1, 1)]


async def until_somebody_waits(url: str) -> None:
    """Until a process of the database waits for a lock that another one holds."""
    asking = await asyncpg.connect(url)
    waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while not await asking.fetchval(waits):
            await asyncio.sleep(0.02)
    await asking.close()
