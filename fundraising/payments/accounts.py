"""Charities' own Stripe accounts: which are whose, and what Stripe pays out to their banks."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from fundraising.funds.models import Fund, FundKind
from fundraising.payments import ledger
from fundraising.payments.booking import SetAside
from fundraising.payments.events import Arrival, Body, Fact, Says
from fundraising.payments.ledger import Movement
from fundraising.payments.models import ConnectedAccount, Kind
from fundraising.payments.reports import (
    AccountTeller,
    Report,
    just_now,
    keep,
    keep_event,
    read,
    say_goodbye,
    tell_nobody,
    understood,
)
from fundraising.payments.stripe import Stripe, StripeRefused
from fundraising.store.database import connection as reading_connection
from fundraising.store.database import transaction

# $3: but not one that never was open. Stripe opens none while it has not been told who is behind it.
OTHERS = """
select stripe_id from connected_account
where charity_id = $1 and stripe_id <> $2 and disconnected_at is null
  and not ($3 and not charges_enabled and (used_since is null or not details_submitted))
union all select stripe_id from connected_account where stripe_id = $2 and charity_id <> $1
union all select stripe_id from former_account where stripe_id = $2 and charity_id <> $1
"""
NEW = """
insert into connected_account (charity_id, stripe_id, charges_enabled, payouts_enabled, details_submitted,
                               connected_at)
values ($1, $2, false, false, false, $3)
on conflict (charity_id) do nothing
"""
# An account that takes the place of one that is gone or never was open, or the same that is back: either has to be told
# of anew.
KEEP_OLD = """
insert into former_account (charity_id, stripe_id, disconnected_at)
select charity_id, stripe_id, coalesce(disconnected_at, $3) from connected_account
where charity_id = $1 and stripe_id <> $2
on conflict (stripe_id) do nothing
"""
BACK = """
update connected_account set stripe_id = $2, connected_at = $3, disconnected_at = null, reported_at = null,
       charges_enabled = false, payouts_enabled = false, details_submitted = false, disabled_reason = null,
       statement_name = null, requirements = null
where charity_id = $1 and (disconnected_at is not null or stripe_id <> $2)
"""
USED = "update connected_account set used_since = coalesce(used_since, $2) where charity_id = $1"
OF_CHARITY = """
select charity_id from connected_account where stripe_id = $1
union select charity_id from former_account where stripe_id = $1
"""


class CannotConnect(Exception):
    """A charity and a Stripe account do not go together; the message says why."""


async def connect(stripe: Stripe, slug: str, account: str, tell: AccountTeller = tell_nobody) -> ConnectedAccount:
    """Let gifts for a charity go to its own Stripe account from now on; what was given before stays where it is.

    Args:
        slug: of the charity's page.
        account: acct_… of an account connected to ours; it takes the place of one that is gone or was never open.

    Raises:
        CannotConnect: when there is no such charity, Stripe knows no such account, or one of them has another already.
        StripeGone: when Stripe does not answer.
    """
    charity = await Fund.get_or_none(kind=FundKind.CHARITY, slug=slug)
    if charity is None:
        raise CannotConnect(f"There is no charity at /charities/{slug}.")
    async with reading_connection() as reading:
        await _must_go_together(reading, charity.id, account, replaces=True)
    at = just_now()
    try:
        report = understood(await stripe.get_account(account))
    except StripeRefused as refused:
        raise CannotConnect(f"Stripe does not let us see {account}: {refused.message}") from None
    return await adopt(charity.id, account, report, at, tell, is_used=True, replaces=True)


async def adopt(
    charity: int,
    account: str,
    report: Report,
    at: datetime,
    tell: AccountTeller,
    *,
    is_used: bool,
    replaces: bool = False,
) -> ConnectedAccount:
    """Write down that an account is a charity's, and how it stands; one that it had before is kept as a former one.

    Args:
        charity: its fund.
        at: when it was as the report says.
        is_used: gifts go there from now on, and nowhere else; else only once Stripe opens it.
        replaces: it takes the place of one that has been begun and never was open, too.

    Raises:
        CannotConnect: when one of them has another already.
    """
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 11))", f"account of {charity}")
        await writing.execute("select from connected_account where charity_id = $1 for update", charity)
        await _must_go_together(writing, charity, account, replaces=replaces)
        if await writing.execute(NEW, charity, account, at) == "INSERT 0 0":
            await writing.execute(KEEP_OLD, charity, account, at)
            await writing.execute(BACK, charity, account, at)
            await writing.execute("delete from former_account where stripe_id = $1", account)
        if is_used:
            await writing.execute(USED, charity, at)
        await keep(writing, account, report, at, tell)
        return await ConnectedAccount.get(charity_id=charity)


async def _must_go_together(reading: asyncpg.Connection, charity: int, account: str, *, replaces: bool) -> None:
    other = await reading.fetchval(OTHERS, charity, account, replaces)
    if other is not None:
        raise CannotConnect(f"{other} is connected already; ask for help before you change it.")


async def take_in(connection: asyncpg.Connection, arrival: Arrival, fact: Fact, tell: AccountTeller) -> bool:
    """Take in a report about an account, or its goodbye.

    Returns:
        False when it is about no account of ours.

    Raises:
        SetAside: when it makes no sense.
    """
    if fact.says is Says.DEAUTHORIZED:
        return await say_goodbye(connection, arrival.account or "", arrival.created_at, tell)
    body: Body = fact.account or {}
    if arrival.account not in (None, body["id"]):
        raise SetAside(f"an account of {body['id']} in an event of {arrival.account}")
    return await keep_event(connection, body["id"], read(body), arrival.created_at, tell)


async def pay_out(
    connection: asyncpg.Connection, arrival: Arrival, fact: Fact, about_to: Sequence[Movement]
) -> list[Movement]:
    """Money on its way to a charity's bank, booked on the charity's own fund: a payout holds gifts to many funds.

    Args:
        about_to: what is about to be booked; the caller holds the ledger's lock.

    Returns:
        What is to be booked.

    Raises:
        SetAside: when it makes no sense, or is about no account of ours.
    """
    charity_id = await connection.fetchval(OF_CHARITY, arrival.account or "")
    if charity_id is None:
        raise SetAside("not about an account of ours", harmless=True)
    if fact.pence <= 0:
        raise SetAside(f"a payout of {fact.pence}")
    booked = set(await ledger.booked(connection, [fact.source])) | {(m.kind, m.source) for m in about_to}
    fund, bank = ledger.fund_account(charity_id), ledger.bank_account(charity_id)
    movements = []
    if (Kind.PAYOUT, fact.source) not in booked:
        movements.append(_movement(Kind.PAYOUT, fund, bank, arrival, fact))
    if fact.says is Says.PAYOUT_FAILED and (Kind.PAYOUT_FAILED, fact.source) not in booked:
        movements.append(_movement(Kind.PAYOUT_FAILED, bank, fund, arrival, fact))
    return movements


def _movement(kind: Kind, debit: str, credit: str, arrival: Arrival, fact: Fact) -> Movement:
    return Movement(kind, fact.source, debit, credit, fact.pence, fact.currency, None, arrival.created_at)
