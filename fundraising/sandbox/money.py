"""Amounts, what Stripe keeps of them, and the balance that they move."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.shelf import Page, Thing
from fundraising.sandbox.wire import Body
from fundraising.sandbox.world import Errands, Kind, World

SMALLEST = {"gbp": 30, "eur": 50, "usd": 50}  # https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LARGEST = 99_999_999
SYMBOLS = {"gbp": "£", "eur": "€", "usd": "$"}
DISPUTE_FEE_PENCE = 2_000
DAY_SECONDS = 86_400
AVAILABLE_AFTER_SECONDS = 7 * DAY_SECONDS


def shown(pence: int, currency: str) -> str:
    """2550 → £25.50, as Stripe writes it in messages."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, '')}{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def plain(pence: int, currency: str) -> str:
    """2500 → £25, as people write it on buttons."""
    return shown(pence, currency).removesuffix(".00")


def card_fee(pence: int) -> int:
    """What Stripe keeps of a charge: 1.5 % and 20 pence, rounded to the nearest penny."""
    return (pence * 15 + 500) // 1000 + 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on an account's balance.

    Args:
        type: of the balance transaction.
        category: its `reporting_category`.
        source: the thing that moves the money.
        pence: in or, negative, out.
        fee_for: what Stripe's fee is for, when it takes one.
        at_once: whether it counts as available now.
    """

    type: str
    category: str
    source: Thing
    pence: int
    description: str | None
    fee_pence: int = 0
    fee_for: str = ""
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known already of a movement that is written down later than it happened."""

    id: str
    created: int
    available_on: int


def enter(world: World, entry: Entry, *, payout: str | None = None, known: Known | None = None) -> Thing:
    """Write a balance transaction. What it leaves on the balance goes to the bank by itself, once it is available.

    Args:
        payout: that it belongs to already: the payout's own, or one that was paid out before the sandbox was there.
    """
    now, currency = world.now(), entry.source.body["currency"]
    known = known or Known(new_id("txn_1"), now, now if entry.at_once else now + AVAILABLE_AFTER_SECONDS)
    if payout is None:
        world.later_once(Errands.PAYOUT, entry.source.account, midnight_after(known.available_on))
    fee_detail = {
        "amount": entry.fee_pence,
        "application": None,
        "currency": currency,
        "description": entry.fee_for,
        "type": "stripe_fee",
    }
    body: Body = {
        "id": known.id,
        "object": "balance_transaction",
        "amount": entry.pence,
        "available_on": known.available_on,
        "balance_type": "payments",
        "created": known.created,
        "currency": currency,
        "description": entry.description,
        "exchange_rate": None,
        "fee": entry.fee_pence,
        "fee_details": [fee_detail] if entry.fee_pence else [],
        "net": entry.pence - entry.fee_pence,
        "reporting_category": entry.category,
        "source": entry.source.id,
        "status": "available" if known.available_on <= now else "pending",
        "type": entry.type,
    }
    return world.add(Kind.TRANSACTION, entry.source.account, body, payout=payout)


def standing(transaction: Body, now: int) -> Body:
    """A balance transaction as it stands now: what is pending becomes available by itself."""
    return transaction | {"status": "available" if transaction["available_on"] <= now else "pending"}


def midnight_after(seconds: int) -> int:
    """Stripe pays out by days: what becomes available on one goes with the next."""
    return seconds - seconds % DAY_SECONDS + DAY_SECONDS


def unpaid(world: World, account: str) -> list[Thing]:
    """What has moved on a balance and was not paid out yet, the newest first."""
    return world.shelf.listed(Kind.TRANSACTION, account, Page(limit=1_000_000, hidden={"payout": None}))


def balance(world: World, account: str) -> Body:
    """`GET /v1/balance`."""
    rows = unpaid(world, account)
    now = world.now()
    currencies = sorted({row.body["currency"] for row in rows}) or ["gbp"]
    ready = [row for row in rows if row.body["available_on"] <= now]
    waiting = [row for row in rows if row.body["available_on"] > now]
    return {
        "object": "balance",
        "available": [_amount(ready, currency) for currency in currencies],
        "livemode": False,
        "pending": [_amount(waiting, currency) for currency in currencies],
    }


def _amount(rows: Sequence[Thing], currency: str) -> Body:
    pence = sum(row.body["net"] for row in rows if row.body["currency"] == currency)
    return {"amount": pence, "currency": currency, "source_types": {"card": pence}}
