"""What the letter of the room shows."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from charities.applying.writing import inert
from charities.details.changing import LETTER

Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    LETTER: {
        "charity": "Second Kettle", "slug": "second-kettle",
        "changed": [{"what": "Name", "before": "Second Kettle", "now": "The Second Kettle"},
                    {"what": "HMRC’s reference", "before": "", "now": "AB12345"}],
    }
}  # fmt: skip


def showers() -> dict[str, Shower]:
    """What turns the facts of the letter into what it shows."""

    async def changed(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        told = [one | {name: inert(one[name]) for name in ("before", "now")} for one in facts["changed"]]
        return {**facts, "charity": inert(facts["charity"]), "changed": told}

    return {LETTER: changed}
