"""What the letters of the room show."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from charities.applying.deciding import LETTERS, PURPOSE
from charities.applying.models import Application
from fundraising.settings import Settings
from fundraising.web.tokens import token_from

Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
SAMPLE: Mapping[str, Any] = {
    "charity": "Second Kettle", "contact": "Pat Example", "words": "Which of your projects would the money go to?",
    "link": "https://run.example.org/charities/apply/a-sample", "id": "0" * 32, "path": "/charities/second-kettle",
}  # fmt: skip
SAMPLES: Mapping[str, Mapping[str, Any]] = dict.fromkeys(LETTERS, SAMPLE)


def inert(text: str) -> str:
    """A text in which no mail program finds a link: a stranger wrote it."""
    return text.replace("://", ": //").replace("www.", "www .")


def showers(settings: Settings) -> dict[str, Shower]:
    """What turns the facts of each letter into what it shows."""

    async def show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        found = await Application.get_or_none(id=UUID(facts["application"])).prefetch_related("charity__fund")
        if found is None:
            return None
        return {
            "charity": inert(found.name),
            "contact": inert(found.contact_name),
            "words": found.words,
            "link": f"{settings.base_url}/charities/apply/{token_from(settings, PURPOSE, found.nonce)}",
            "id": found.id.hex,
            "path": f"/charities/{found.charity.fund.slug}" if found.charity else "",
        }

    return dict.fromkeys(LETTERS, show)
