"""The letters about cash: confirmed, refused, returned."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.mail.letters import Shower
from fundraising.store.database import connection

CASH = ("cash_confirmed", "cash_refused", "cash_returned")
ABOUT = """
select b.reference, b.amount_pence, b.banked_on, b.refused_because as because, f.name as fund, f.kind, f.slug,
       f.currency
from banking b join fund f on f.id = b.fund_id where b.id = $1
"""
SAMPLE: Mapping[str, Any] = {
    "reference": "500001", "amount_pence": 3550, "banked_on": date(2027, 4, 30), "because": "There are £30 on it.",
    "fund": "Sam Sample", "currency": "gbp", "path": "/pages/sam-sample", "desk": "/pages/sam-sample/cash",
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = dict.fromkeys(CASH, SAMPLE)


async def show_cash(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a letter about cash shows."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, facts["banking"])
    path = path_of(FundKind(row["kind"]), row["slug"])
    return dict(row) | {"path": path, "desk": f"{path}/desk/cash" if row["kind"] == "team" else f"{path}/cash"}


SHOWERS: dict[str, Shower] = dict.fromkeys(CASH, show_cash)
