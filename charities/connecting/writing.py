"""What the letters of the room show."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from charities.connecting.models import BankPayout
from charities.connecting.paying_over import CAME_BACK, MISTAKE, PAID
from charities.connecting.telling import ASKS, CLOSED, GONE, OPEN
from charities.connecting.words import because, in_words
from fundraising.funds.models import Fund

Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
ABOUT_ACCOUNT = (OPEN, ASKS, CLOSED, GONE)
SAMPLE: Mapping[str, Any] = {
    "charity": "Second Kettle", "desk": "https://run.example.org/charities/second-kettle/desk/stripe",
    "due": ["Each trustee or director: date of birth", "The bank account that is paid into"],
    "reason": "Stripe has not had in time what it asked for.", "deadline": datetime(2027, 5, 1, tzinfo=UTC),
    "is_used": True, "takes_gifts": False, "pays_out": False,
}  # fmt: skip
SAMPLE_PAYOUT: Mapping[str, Any] = {
    "charity": "Second Kettle", "desk": SAMPLE["desk"], "pence": 24050, "currency": "gbp",
    "reference": "BACKWARD RUN 7", "paid_on": date(2027, 5, 1),
}  # fmt: skip
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    PAID: SAMPLE_PAYOUT,
    CAME_BACK: SAMPLE_PAYOUT,
    MISTAKE: SAMPLE_PAYOUT,
    **dict.fromkeys(ABOUT_ACCOUNT, SAMPLE),
    OPEN: {**SAMPLE, "due": [], "takes_gifts": True, "pays_out": True},
}


def showers(base_url: str) -> dict[str, Shower]:
    """What turns the facts of each letter into what it shows."""

    async def about_account(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        fund = await Fund.get(id=facts["charity"])
        deadline = facts.get("deadline")
        return {
            "charity": fund.name,
            "desk": f"{base_url}/charities/{fund.slug}/desk/stripe",
            "due": list(dict.fromkeys(map(in_words, facts.get("due", ())))),
            "reason": because(facts.get("reason")),
            "deadline": datetime.fromtimestamp(deadline, UTC) if deadline else None,
            "is_used": facts["is_used"],
            "takes_gifts": facts.get("takes_gifts", False),
            "pays_out": facts.get("pays_out", False),
        }

    async def about_payout(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        payout = await BankPayout.get(id=facts["payout"]).prefetch_related("charity__fund")
        fund = payout.charity.fund
        return {
            "charity": fund.name,
            "desk": f"{base_url}/charities/{fund.slug}/desk/stripe",
            **{name: getattr(payout, name) for name in ("pence", "currency", "reference", "paid_on")},
        }

    return {**dict.fromkeys(ABOUT_ACCOUNT, about_account), **dict.fromkeys((PAID, CAME_BACK, MISTAKE), about_payout)}
