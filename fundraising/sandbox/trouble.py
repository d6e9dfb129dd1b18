"""Trouble on the way to Stripe, made on purpose: refusals, slowness, hanging up, nonsense."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from fundraising.sandbox.wire import ErrorType, Refused


class How(StrEnum):
    """What goes wrong."""

    STATUS = "status"  # an error of that status
    SLOW = "slow"  # the answer comes after `seconds`
    HANG_UP = "hang_up"  # the connection ends in the middle of the answer
    HTML = "html"  # 200, and the page of some proxy
    TRUNCATED = "truncated"  # 200, and half of the JSON
    WRONG_SHAPE = "wrong_shape"  # 200, and JSON that is nothing of Stripe's


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to the next calls.

    Args:
        times: to how many.
        path: only to those whose address begins so, such as /v1/checkout/sessions; empty for all.
        status: of `status`.
        seconds: of `slow`.
        done: whether what was asked for is done all the same; None for what is usual: after an error status it is not,
            in every other trouble it is.
    """

    how: How
    times: int = 1
    path: str = ""
    status: int = 500
    seconds: float = 0.0
    done: bool | None = None

    @property
    def is_done(self) -> bool:
        """Whether what was asked for is done behind the trouble."""
        return self.how is not How.STATUS if self.done is None else self.done

    def plain(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self)


class Troubles:
    """The troubles that are still to come; they do not survive a restart."""

    def __init__(self) -> None:
        self._coming: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        """Have something go wrong."""
        self._coming.append(trouble)

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        self._coming.clear()

    def plain(self) -> list[dict[str, Any]]:
        """What is still to come, as JSON shows it."""
        return [trouble.plain() for trouble in self._coming]

    def take(self, path: str) -> Trouble | None:
        """The trouble that befalls a call to that address, if any; it is used up by one."""
        for place, trouble in enumerate(self._coming):
            if path.startswith(trouble.path):
                if trouble.times > 1:
                    self._coming[place] = replace(trouble, times=trouble.times - 1)
                else:
                    del self._coming[place]
                return trouble
        return None


def refusal(status: int) -> Refused:
    """What Stripe says with an error status."""
    if status == 429:
        return Refused("Request rate limit exceeded.", status=429, code="rate_limit")
    if status == 409:
        return Refused(
            "This object cannot be accessed right now because another API request or Stripe process is currently "
            "accessing it. If you see this error intermittently, retry the request.",
            status=409,
            code="lock_timeout",
        )
    if status == 402:
        return Refused(
            "Your card was declined.",
            status=402,
            type_=ErrorType.CARD,
            code="card_declined",
            decline_code="generic_decline",
        )
    if status >= 500:
        return Refused("An unknown error occurred.", status=status, type_=ErrorType.API)
    return Refused("The sandbox was told to refuse this.", status=status)


def is_remembered(status: int) -> bool:
    """Whether Stripe keeps such an answer for its idempotency key: only what it has begun to carry out."""
    return status < 400 or status >= 500 or status in (400, 402, 404)


def trouble_of(given: Mapping[str, Any]) -> Trouble:
    """A trouble from JSON.

    Raises:
        ValueError: with a sentence that names what is wrong.
    """
    strange = given.keys() - {"how", "times", "path", "status", "seconds", "done"}
    if strange:
        raise ValueError(f"fail_next has no {', '.join(sorted(strange))}")
    try:
        how = How(given.get("how", How.STATUS))
    except ValueError:
        raise ValueError(f"how must be one of {', '.join(How)}") from None
    times, status, seconds = given.get("times", 1), given.get("status", 500), given.get("seconds", 0)
    if not _is_whole(times, 1, 10_000):
        raise ValueError("times must be a whole number from 1 to 10000")
    if not _is_whole(status, 400, 599):
        raise ValueError("status must be one of an error, 400 to 599")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 600:
        raise ValueError("seconds must be a number from 0 to 600")
    path, done = given.get("path", ""), given.get("done")
    if not isinstance(path, str) or not isinstance(done, bool | None):
        raise ValueError("path must be a text, done true or false")
    return Trouble(how, times, path, status, float(seconds), done)


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
