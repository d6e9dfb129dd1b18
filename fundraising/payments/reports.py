"""What Stripe reports of a charity's account: kept, and told on when it makes a difference.

It comes as an event, or as the answer to a question of ours. The newest counts, whenever it arrives; the room above is
told of each change once, in the transaction that keeps it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson

from fundraising.errors import StripeGone
from fundraising.funds.counting import announce
from fundraising.payments.events import Body
from fundraising.payments.stripe import Stripe
from fundraising.store.database import transaction
from fundraising.store.queue import Job, enqueue

LOOK = "payments.look_at_account"  # the job that asks Stripe, since an event came too late to tell
LISTS = ("past_due", "currently_due", "pending_verification")
MOST_ASKED = 60  # Stripe asks about thirty things of the largest charity
LOCK = """
select charity_id, charges_enabled, payouts_enabled, details_submitted, disabled_reason, statement_name,
       requirements::text, reported_at, connected_at, used_since, disconnected_at
from connected_account where stripe_id = $1 for update
"""
REPORT = """
update connected_account set
       used_since = coalesce(used_since, case when charges_enabled or $2 then $8::timestamptz end),
       charges_enabled = $2, payouts_enabled = $3, details_submitted = $4, disabled_reason = $5, statement_name = $6,
       requirements = $7::jsonb, reported_at = $8
where stripe_id = $1
"""
GOODBYE = """
update connected_account set used_since = coalesce(used_since, case when charges_enabled then $2::timestamptz end),
       disconnected_at = $2, charges_enabled = false, payouts_enabled = false where stripe_id = $1
"""


@dataclass(frozen=True, slots=True)
class Report:
    """An account, as far as we keep it.

    Args:
        disabled_reason: why it may not charge, or not be paid out, in Stripe's own word.
        requirements: what Stripe still asks: keys by the lists of `LISTS`, `deadline` in seconds since 1970, and by key
            in `errors` why what was given is not enough.
    """

    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    disabled_reason: str | None
    statement_name: str | None
    requirements: Mapping[str, Any] = field(default_factory=dict)

    @property
    def due(self) -> Sequence[str]:
        """Keys of what the charity has to give, what is overdue first."""
        return list(
            dict.fromkeys([*self.requirements.get("past_due", ()), *self.requirements.get("currently_due", ())])
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """An account is not as it was.

    Args:
        charity_id: the charity's fund.
        after: None when the charity has disconnected it.
        is_used: gifts go there, or nowhere; else they are taken on the organiser's account.
        at: says Stripe.
    """

    charity_id: int
    account: str
    before: Report
    after: Report | None
    is_used: bool
    at: datetime


AccountTeller = Callable[[asyncpg.Connection, Changed], Awaitable[None]]


async def tell_nobody(_connection: asyncpg.Connection, _changed: Changed) -> None:
    """Where no room cares for accounts."""


def read(body: Body) -> Report:
    """An account as Stripe shows it.

    Raises:
        KeyError, TypeError: when it is not shaped as Stripe documents.
    """
    payments: Any = (body.get("settings") or {}).get("payments") or {}
    requirements: Any = body.get("requirements") or {}
    return Report(
        bool(body["charges_enabled"]),
        bool(body["payouts_enabled"]),
        bool(body["details_submitted"]),
        (requirements.get("disabled_reason") or "")[:100] or None,
        (payments.get("statement_descriptor") or "")[:22] or None,
        asked(requirements),
    )


def asked(requirements: Mapping[str, Any]) -> dict[str, Any]:
    """What we keep of an account's requirements; nothing of it is about a person but the names of the questions."""
    kept: dict[str, Any] = {
        name: keys for name in LISTS if (keys := [str(key)[:100] for key in requirements.get(name) or ()][:MOST_ASKED])
    }
    errors = (requirements.get("errors") or ())[:MOST_ASKED]
    if told := {str(error["requirement"])[:100]: str(error["reason"])[:300] for error in errors}:
        kept["errors"] = told
    if deadline := requirements.get("current_deadline"):
        kept["deadline"] = int(deadline)
    return kept


async def keep(connection: asyncpg.Connection, account: str, report: Report, at: datetime, tell: AccountTeller) -> bool:
    """Keep a report, unless a newer one is here, or the account has been disconnected.

    Args:
        at: when it was so, says Stripe; of an answer, when we asked.

    Returns:
        False when it is about no account of ours.
    """
    row = await connection.fetchrow(LOCK, account)
    if row is None or row["disconnected_at"] or (row["reported_at"] and row["reported_at"] > at):
        return row is not None
    before = _kept(row)
    told = (report.charges_enabled, report.payouts_enabled, report.details_submitted, report.disabled_reason)
    asks = orjson.dumps(report.requirements).decode()
    await connection.execute(REPORT, account, *told, report.statement_name, asks, at)
    if before != report:
        is_used = bool(row["used_since"] or before.charges_enabled or report.charges_enabled)
        await _tell(connection, Changed(row["charity_id"], account, before, report, is_used, at), tell)
    return True


async def keep_event(
    connection: asyncpg.Connection, account: str, report: Report, at: datetime, tell: AccountTeller
) -> bool:
    """Keep a report that an event brings. One that is no newer than what we know, to the second, says only that Stripe
    had better be asked: it may come late, or be the second of two in one moment."""
    row = await connection.fetchrow(LOCK, account)
    if row is None:
        return False
    if row["disconnected_at"] is None and row["reported_at"] and row["reported_at"] >= at:
        if _kept(row) != report:
            await enqueue(connection, [Job(LOOK, {"account": account}, once=f"look at {account}")])
        return True
    return await keep(connection, account, report, at, tell)


async def say_goodbye(connection: asyncpg.Connection, account: str, at: datetime, tell: AccountTeller) -> bool:
    """A charity has disconnected its account: nothing more can be charged there.

    Returns:
        False when it is about no account of ours, or an old tale of one that has been connected again since.
    """
    row = await connection.fetchrow(LOCK, account)
    if row is None or row["disconnected_at"] or (row["connected_at"] and row["connected_at"] > at):
        return False
    await connection.execute(GOODBYE, account, at)
    is_used = bool(row["used_since"] or row["charges_enabled"])
    await _tell(connection, Changed(row["charity_id"], account, _kept(row), None, is_used, at), tell)
    return True


async def look(stripe: Stripe, account: str, tell: AccountTeller) -> None:
    """Ask Stripe how an account stands, and keep the answer. A job, too.

    Raises:
        StripeGone: when Stripe does not answer; StripeRefused: when it knows no such account of ours any more.
    """
    at = just_now()
    report = understood(await stripe.get_account(account))
    async with transaction() as connection:
        await keep(connection, account, report, at, tell)


def understood(answer: Body) -> Report:
    """An account from an answer of Stripe's.

    Raises:
        StripeGone: when it is not shaped as Stripe documents; talking nonsense counts as not answering.
    """
    try:
        return read(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as odd:
        raise StripeGone from odd


def just_now() -> datetime:
    """This moment, as exact as Stripe's own times: whatever happens in this second may be newer than the answer."""
    return datetime.now(UTC).replace(microsecond=0)


def _kept(row: asyncpg.Record) -> Report:
    return Report(
        row["charges_enabled"],
        row["payouts_enabled"],
        row["details_submitted"],
        row["disabled_reason"],
        row["statement_name"],
        orjson.loads(row["requirements"] or "{}"),
    )


async def _tell(connection: asyncpg.Connection, changed: Changed, tell: AccountTeller) -> None:
    """Whoever cares, in this transaction; and every process, whose pages say how gifts reach the charity."""
    await tell(connection, changed)
    await announce(connection, [changed.charity_id])
