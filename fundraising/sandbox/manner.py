"""How webhooks are delivered: as Stripe does on a good day, or on any of its bad ones."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class Order(StrEnum):
    """What becomes of each event."""

    ONCE = "once"
    TWICE = "twice"
    LATE = "late"  # by `seconds`
    SHUFFLED = "shuffled"  # those of `seconds` are held, then sent one by one in random order
    NEVER = "never"  # it can still be listed


@dataclass(frozen=True, slots=True)
class Manner:
    """How events are delivered from now on.

    Args:
        seconds: of `late` and `shuffled`.
        seed: of the random order; None for another one every time.
        types: which events it is about, such as `charge.*`; the others are delivered once. Empty for all.
    """

    order: Order = Order.ONCE
    seconds: float = 0.0
    seed: int | None = None
    types: Sequence[str] = ()

    def concerns(self, type_: str) -> bool:
        """Whether it is about events of that type."""
        return not self.types or any(fnmatchcase(type_, pattern) for pattern in self.types)

    def plain(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self) | {"types": list(self.types)}


def manner_of(given: Mapping[str, Any]) -> Manner:
    """A manner from JSON.

    Raises:
        ValueError: with a sentence that names what is wrong.
    """
    strange = given.keys() - {"order", "seconds", "seed", "types"}
    if strange:
        raise ValueError(f"deliver has no {', '.join(sorted(strange))}")
    try:
        order = Order(given.get("order", Order.ONCE))
    except ValueError:
        raise ValueError(f"order must be one of {', '.join(Order)}") from None
    seconds, seed, types = given.get("seconds", 0), given.get("seed"), given.get("types", ())
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 86_400:
        raise ValueError("seconds must be a number from 0 to 86400")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise ValueError("seed must be a whole number")
    if not isinstance(types, list | tuple) or not all(isinstance(name, str) for name in types):
        raise ValueError("types must be a list of texts")
    return Manner(order, float(seconds), seed, tuple(types))
