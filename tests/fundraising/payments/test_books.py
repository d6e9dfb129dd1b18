"""Books: they name what does not fit."""

import pytest

from fundraising.funds.models import Fund
from fundraising.payments import books, ledger
from fundraising.payments.batch import take_in
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment
from fundraising.store.database import connection, transaction
from tests.makers import Family, arrival, make_family, make_payment, session_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def family(database: None) -> Family:
    """Three paid gifts, one with Gift Aid."""
    made = await make_family()
    for aid in (True, False, False):
        payment = await make_payment(made.runner, made.charity, 1001, gift_aid=aid)
        await take_in([arrival("checkout.session.completed", session_of(payment))], {})
    assert (await books.prove()).problems == []
    return made


async def tamper(statement: str) -> list[str]:
    """Change something behind the application's back, and ask the books."""
    async with connection() as writing:
        await writing.execute("set local session_replication_role = replica")  # no triggers
        await writing.execute("alter table transfer drop constraint if exists transfer_accounts")
        await writing.execute(statement)
    return (await books.prove()).problems


@pytest.mark.parametrize("column", ["raised_pence", "gift_aid_pence", "donations"])
async def test_a_total_that_differs_is_named(family: Family, column: str) -> None:
    """With what the ledger makes; rebuild mends it and tells who watches."""
    (problem,) = await tamper(f"update fund set {column} = {column} + 1 where kind = 'team'")
    assert family.team.slug in problem
    before = (await Fund.get(id=family.team.id)).version
    assert await books.rebuild() == 1
    assert (await books.prove()).ok
    assert (await Fund.get(id=family.team.id)).version == before + 1


@pytest.mark.parametrize(
    "change",
    [
        "pence = 1",
        "debit_account = 'fund:1'",
        "credit_account = 'fund:1'",
        "currency = 'eur'",
        "source = 'pi_x'",
        "kind = 'match'",
        "payment_id = null",
        "happened_at = happened_at - interval '1 microsecond'",
        "written_at = written_at + interval '1 day'",
        "hash = repeat('0', 64)",
        "previous_hash = repeat('1', 64)",
    ],
)
async def test_a_changed_row_of_the_ledger_is_the_first_problem_named(family: Family, change: str) -> None:
    """Whichever column: the chain shows it."""
    problems = await tamper(f"update transfer set {change} where id = 2")
    assert problems[0] == "transfer 2 was changed behind the application's back"


async def test_a_missing_row_is_named(family: Family) -> None:
    """Rows follow without a gap."""
    assert (await tamper("delete from transfer where id = 2"))[0] == "transfer 2 is missing: 3 comes next"


async def test_a_missing_last_row_shows_in_the_totals(family: Family) -> None:
    """The chain cannot know of it; totals and payment do."""
    problems = await tamper("delete from transfer where id = 3")
    assert problems[0] == "the ledger ends with transfer 2; its head says 3"
    assert len(problems) == 6
    assert any("payment" in problem for problem in problems)


async def test_a_payment_that_says_otherwise_is_named(family: Family) -> None:
    """Paid, refunded and disputed are those of the ledger."""
    (problem,) = await tamper("update payment set refunded_pence = 5 where gift_aid")
    assert "5 refunded" in problem


async def test_money_without_a_payment_counts_towards_the_same_funds(family: Family) -> None:
    """Cash and matches, of which later rooms will make use, are in the same sums."""
    async with transaction() as writing:
        head = await ledger.lock(writing)
        at = (await Payment.first()).paid_at  # type: ignore[union-attr]
        assert at is not None
        cash = Movement(Kind.CASH_CONFIRMED, "slip-1", "cash:1", f"fund:{family.runner.id}", 500, "gbp", None, at)
        await ledger.write(writing, head, [cash])
    assert await books.rebuild() == 4
    for fund in family.all:
        await fund.refresh_from_db()
        assert (fund.raised_pence, fund.gift_aid_pence, fund.donations) == (3503, 250, 4)


async def test_nothing_is_written_twice(family: Family) -> None:
    """The last of five locks: the ledger itself refuses."""
    import asyncpg

    async with connection() as reading:
        row = await reading.fetchrow("select * from transfer where id = 1")
    again = Movement(
        Kind.DONATION, row["source"], "supporters", row["credit_account"], 1, "gbp", None, row["happened_at"]
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        async with transaction() as writing:
            await ledger.write(writing, await ledger.lock(writing), [again])
