"""What the letter of the room shows."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from charities.api.delivering import LETTER
from fundraising.settings import Settings

Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    LETTER: {
        "charity": "Second Kettle", "url": "https://www.example.org/hooks/gifts",
        "because": "For three days it took nothing. It did not answer within 10 seconds.",
        "link": "https://run.example.org/charities/second-kettle/desk/api",
    }
}  # fmt: skip


def showers(settings: Settings) -> dict[str, Shower]:
    """What turns the facts of the letter into what it shows."""

    async def ended(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**facts, "link": f"{settings.base_url}/charities/{facts['slug']}/desk/api"}

    return {LETTER: ended}
