"""Charities' own Stripe accounts: what Stripe reports of them, and what it pays out to their banks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
from tortoise.expressions import Q

from fundraising.funds.models import Fund, FundKind
from fundraising.payments import ledger
from fundraising.payments.booking import SetAside
from fundraising.payments.events import Arrival, Body, Fact, Says
from fundraising.payments.ledger import Movement
from fundraising.payments.models import ConnectedAccount, Kind
from fundraising.payments.stripe import Stripe, StripeRefused

REPORTS, PAYOUTS = (Says.ACCOUNT, Says.DEAUTHORIZED), (Says.PAID_OUT, Says.PAYOUT_FAILED)
ABOUT = (*REPORTS, *PAYOUTS)  # all other facts are about a payment
REPORTED = ("charges_enabled", "payouts_enabled", "details_submitted", "disabled_reason", "statement_name")
REPORT = """
update connected_account set charges_enabled = $2, payouts_enabled = $3, details_submitted = $4, disabled_reason = $5,
       statement_name = left($6, 22), reported_at = $7
where stripe_id = $1 and (reported_at is null or reported_at <= $7) returning id
"""
GOODBYE = """
update connected_account set disconnected_at = $2, charges_enabled = false
where stripe_id = $1 and disconnected_at is null
"""


class CannotConnect(Exception):
    """A charity and a Stripe account do not go together; the message says why."""


async def connect(stripe: Stripe, slug: str, account: str) -> ConnectedAccount:
    """Let gifts for a charity go to its own Stripe account from now on; what was given before stays where it is.

    Args:
        slug: of the charity's page.
        account: acct_… of an account connected to ours.

    Raises:
        CannotConnect: when there is no such charity, Stripe knows no such account, or one of them has another already.
        StripeGone: when Stripe does not answer.
    """
    charity = await Fund.get_or_none(kind=FundKind.CHARITY, slug=slug)
    if charity is None:
        raise CannotConnect(f"There is no charity at /charities/{slug}.")
    for known in await ConnectedAccount.filter(Q(charity=charity) | Q(stripe_id=account)):
        if (known.charity_id, known.stripe_id) != (charity.id, account):
            raise CannotConnect(f"{known.stripe_id} is connected already; ask for help before you change it.")
    try:
        body = await stripe.get_account(account)
    except StripeRefused as refused:
        raise CannotConnect(f"Stripe does not let us see {account}: {refused.message}") from None
    # What Stripe told before this moment is older than the answer.
    given = dict(zip(REPORTED, reported(body), strict=True)) | {
        "disconnected_at": None,
        "reported_at": datetime.now(UTC),
    }
    made, _ = await ConnectedAccount.update_or_create(given, charity=charity, stripe_id=account)
    return made


async def take_in(connection: asyncpg.Connection, arrival: Arrival, fact: Fact) -> bool:
    """Take in a report about an account, or its goodbye.

    Returns:
        False when it is about no account of ours.

    Raises:
        SetAside: when it makes no sense.
    """
    if fact.says is Says.ACCOUNT:
        return await _report(connection, arrival, fact)
    done = await connection.execute(GOODBYE, arrival.account or "", arrival.created_at)
    return bool(done != "UPDATE 0")


async def _report(connection: asyncpg.Connection, arrival: Arrival, fact: Fact) -> bool:
    body: Body = fact.account or {}
    if arrival.account not in (None, body["id"]):
        raise SetAside(f"an account of {body['id']} in an event of {arrival.account}")
    known = await connection.fetchval("select true from connected_account where stripe_id = $1", body["id"])
    if known:
        await connection.execute(REPORT, body["id"], *reported(body), arrival.created_at)
    return bool(known)


def reported(body: Body) -> tuple[bool, bool, bool, str | None, str | None]:
    """What we keep of an account: may charge, may be paid out, details given, why not, name on statements."""
    payments: Any = (body.get("settings") or {}).get("payments") or {}
    return (
        bool(body["charges_enabled"]),
        bool(body["payouts_enabled"]),
        bool(body["details_submitted"]),
        (body.get("requirements") or {}).get("disabled_reason"),
        payments.get("statement_descriptor"),
    )


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
    charity_id = await connection.fetchval(
        "select charity_id from connected_account where stripe_id = $1", arrival.account or ""
    )
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
