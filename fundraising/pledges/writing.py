"""The letters about promises: cash that is confirmed, refused or returned; and what sponsors by result are told."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind, FundState
from fundraising.mail.letters import Shower
from fundraising.pledges import rules
from fundraising.pledges.confirming import count_waiting
from fundraising.pledges.models import ResultPledge
from fundraising.store.database import connection

PLEDGES = ("pledge_confirm", "pledge_due", "pledge_nothing", "pledge_reminder", "pledge_moot")
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
PLEDGE: Mapping[str, Any] = {
    "token": "x" * 32, "name": "Ada Example", "fund": "Sam Sample", "path": "/pages/sam-sample", "currency": "gbp",
    "sentence": "£1 for every whole minute under 12 minutes, at most £20", "went": "ran 9:40",
    "reckoned": "2 whole minutes under 12 minutes, at £1 each: £2", "due_pence": 200, "was_asked": False,
    "is_last": False, "handed_on": False,
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = {
    **dict.fromkeys(CASH, SAMPLE),
    "cash_waits": {"waiting": 3},
    **dict.fromkeys(PLEDGES, PLEDGE),
    "pledge_nothing": {**PLEDGE, "went": "ran 12:20", "reckoned": "nothing is due", "due_pence": 0},
}


async def show_waiting(_facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What organisers are told of cash that waits; None: somebody has looked meanwhile."""
    waiting = await count_waiting()
    return {"waiting": waiting} if waiting else None


async def show_cash(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a letter about cash shows."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, facts["banking"])
    path = path_of(FundKind(row["kind"]), row["slug"])
    return dict(row) | {"path": path, "desk": f"{path}/desk/cash" if row["kind"] == "team" else f"{path}/cash"}


async def show_pledge(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a letter about a promise shows, as it stands when it is sent; None: it is not there any more."""
    pledge = await ResultPledge.get_or_none(id=UUID(facts["pledge"])).prefetch_related("fund")
    if pledge is None or _is_stale(facts, pledge):
        return None
    fund, ran = pledge.fund, rules.Run(bool(pledge.finished), pledge.milliseconds, pledge.laps)
    return {
        "token": pledge.token,
        "name": pledge.name,
        "fund": fund.name if fund.state != FundState.HIDDEN else "The runner",
        "path": path_of(fund.kind, fund.slug),
        "currency": fund.currency,
        "sentence": rules.in_words(pledge, fund.currency),
        "went": rules.how_it_went(pledge, ran),
        "reckoned": rules.reckoned(pledge, ran, fund.currency),
        "due_pence": pledge.due_pence,
        "was_asked": bool(facts.get("before")),
        "is_last": facts.get("is_last", False),
        "handed_on": facts.get("handed_on", False),
    }


def _is_stale(facts: Mapping[str, Any], pledge: ResultPledge) -> bool:
    """Whether a letter that asks for money has nothing to ask for any more: paid, withdrawn, or reckoned anew."""
    asks = "is_last" in facts or "pence" in facts
    changed = "pence" in facts and facts["pence"] != pledge.due_pence
    return asks and (pledge.paid_at is not None or pledge.withdrawn_at is not None or changed)


SHOWERS: dict[str, Shower] = {
    **dict.fromkeys(CASH, show_cash),
    "cash_waits": show_waiting,
    **dict.fromkeys(PLEDGES, show_pledge),
}
