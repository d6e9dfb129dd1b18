"""Pots for tests, and a model of them that knows nothing of how they work."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fundraising.funds.models import Fund
from fundraising.matching.models import Match, Pot
from fundraising.payments.models import Payment, Transfer

IN = ("donation", "refund_failed", "dispute_won")
OUT = ("refund", "dispute")


async def make_pot(fund: Fund, cap_pence: int = 100_00, **given: Any) -> Pot:
    """A pot that doubles every gift from an hour ago on."""
    terms = {"sponsor": "Acme", "ratio_percent": 100, "starts_at": datetime.now(UTC) - timedelta(hours=1)}
    return await Pot.create(fund=fund, cap_pence=cap_pence, **terms | given)


async def by_gift(pot: Pot) -> dict[UUID, int]:
    """What stands of a pot's matches, by the gift."""
    found: dict[UUID, int] = {}
    for match in await Match.filter(pot=pot).prefetch_related("payment"):
        found[match.gift_id] = found.get(match.gift_id, 0) + match.payment.standing_pence
    return {gift: pence for gift, pence in found.items() if pence}


async def model(pot: Pot, gifts: Iterable[Payment]) -> dict[UUID, int]:
    """What should stand: the ledger told as a story, one penny after the other."""
    amounts = {gift.id: gift.amount_pence for gift in gifts}
    stands = dict.fromkeys(amounts, 0)
    promised = dict.fromkeys(amounts, 0)
    added = dict.fromkeys(amounts, 0)
    for row in await Transfer.filter(payment_id__in=list(amounts), kind__in=[*IN, *OUT]).order_by("id"):
        gift = row.payment_id
        assert gift is not None
        left = pot.cap_pence - sum(added.values())
        stands[gift] += row.pence if row.kind in IN else -row.pence
        if row.kind == "donation":
            wanted = amounts[gift] * pot.ratio_percent // 100
            promised[gift] = min(wanted, left, pot.most_each_pence or wanted)
        due = promised[gift] * stands[gift] // amounts[gift]
        added[gift] = min(due, added[gift] + left)
    return {gift: pence for gift, pence in added.items() if pence}
