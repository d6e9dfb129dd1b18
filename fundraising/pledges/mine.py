"""My promises: what a person sees of them on the account, who has proved the address by signing in."""

from collections.abc import Mapping
from typing import Any

from fundraising.people.asking import Asker
from fundraising.pledges import rules
from fundraising.pledges.models import ResultPledge

MOST = 20


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """The latest promises of an address, each with its page."""
    found = ResultPledge.filter(email=asker.email.lower(), confirmed_at__isnull=False)
    pledges = await found.order_by("-confirmed_at", "-id").limit(MOST).prefetch_related("fund")
    shown = [(one, rules.in_words(one, one.fund.currency)) for one in pledges]
    return "fundraising/pledges/_mine.html", {"promises": shown}
