"""What the letters of the room show."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from charities.models import PartnerInvitation
from charities.partners.inviting import LETTER, PURPOSE
from fundraising.settings import Settings
from fundraising.web.tokens import token_from

Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    LETTER: {
        "charity": "Second Kettle", "role": "finance", "by": "Pat Example",
        "link": "https://run.example.org/partner/a-sample", "expires_at": datetime.now(UTC) + timedelta(days=14),
    }
}  # fmt: skip


def showers(settings: Settings) -> dict[str, Shower]:
    """What turns the facts of each letter into what it shows."""

    async def invited(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        found = await PartnerInvitation.get_or_none(id=UUID(facts["invitation"])).prefetch_related(
            "charity__fund", "made_by"
        )
        if found is None or found.revoked_at or found.used_at:
            return None  # taken back before it was sent
        return {
            "charity": found.charity.fund.name,
            "role": str(found.role),
            "by": found.made_by.name if found.made_by else "",
            "link": f"{settings.base_url}/partner/{token_from(settings, PURPOSE, found.nonce)}",
            "expires_at": found.expires_at,
        }

    return {LETTER: invited}
