"""How a charity's Stripe account stands, in words: from what Stripe has reported. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from charities.connecting.words import because, in_words
from fundraising.payments.models import ConnectedAccount


class State(StrEnum):
    """How far it is."""

    NOT_BEGUN = "not begun"
    ASKED = "asked"  # begun: Stripe still wants to know something before it opens
    CHECKED = "checked"  # all is told: Stripe looks at it
    OPEN = "open"
    NO_PAYOUTS = "no payouts"  # gifts are taken, and stay on the balance at Stripe
    CLOSED = "closed"
    DISCONNECTED = "disconnected"


TITLES: Mapping[State, str] = {
    State.NOT_BEGUN: "Not connected yet",
    State.ASKED: "Begun: Stripe still asks",
    State.CHECKED: "Stripe is checking",
    State.OPEN: "Open for gifts",
    State.NO_PAYOUTS: "Open for gifts, but nothing is paid out",
    State.CLOSED: "Closed",
    State.DISCONNECTED: "Disconnected",
}
SENTENCES: Mapping[State, str] = {
    State.NOT_BEGUN: (
        "Gifts are taken on the organiser’s account now, kept apart, and paid out to your bank. With your own Stripe "
        "account they go straight to you: nobody else ever holds them."
    ),
    State.ASKED: (
        "Your account is begun. It opens for gifts once Stripe knows what it asks. Until then gifts go on as before, "
        "on the organiser’s account."
    ),
    State.CHECKED: (
        "Stripe has everything it asked for, and is checking it. That takes minutes, sometimes a day or two; this page "
        "follows by itself, and a letter tells you when the account opens."
    ),
    State.OPEN: "Gifts go straight to your own account, and from there to your bank, to the rhythm you have chosen.",
    State.NO_PAYOUTS: (
        "Gifts reach your account. Stripe keeps them there until it may pay them out to your bank; nothing is lost."
    ),
    State.CLOSED: (
        "Your pages and those of your runners take no gifts at the moment, and say so. What was given is yours, and "
        "what is still on its way is recorded as it comes."
    ),
    State.DISCONNECTED: (
        "Your Stripe account is not connected to us any more, so your pages and those of your runners take no gifts. "
        "What was given stays where it is. Here you connect a new account; for the same one ask the organiser."
    ),
}
# While no gift has ever gone there, gifts go on without it.
UNUSED: Mapping[State, str] = {
    State.CLOSED: "Gifts go on as before, on the organiser’s account, kept apart and paid out to your bank.",
    State.DISCONNECTED: (
        "Your Stripe account is not connected to us any more. Gifts go on as before, on the organiser’s account, kept "
        "apart and paid out to your bank."
    ),
}
# One that takes the place of another: until Stripe opens it gifts go nowhere.
ANEW: Mapping[State, str] = {
    State.ASKED: "Your new account is begun. Until it opens, your pages and those of your runners take no gifts.",
}
REFUSED = ("rejected.", "platform_paused")  # nothing that the charity could give would open it


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that Stripe wants to know.

    Args:
        why: what is not right with what it was given, in Stripe's own words; empty when nothing was.
    """

    words: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the desk shows of an account.

    Args:
        reason: why it is closed, or not paid out; empty when it is neither.
        overdue, due, checked: what Stripe asks and should have had, asks now, and is looking at.
        deadline: until when; None when Stripe names no day.
        button: what leads to Stripe; empty when nothing there would help.
        is_used: gifts go there, or nowhere.
    """

    state: State
    reason: str = ""
    overdue: Sequence[Asked] = ()
    due: Sequence[Asked] = ()
    checked: Sequence[Asked] = ()
    deadline: datetime | None = None
    button: str = ""
    is_used: bool = False

    @property
    def title(self) -> str:
        """The state in a few words."""
        return TITLES[self.state]

    @property
    def sentence(self) -> str:
        """What it means for gifts."""
        return (ANEW if self.is_used else UNUSED).get(self.state) or SENTENCES[self.state]


def standing_of(account: ConnectedAccount | None) -> Standing:
    """How an account stands; None: the charity has none yet."""
    if account is None:
        return Standing(State.NOT_BEGUN, button="Connect with Stripe")
    if account.disconnected_at is not None:
        return Standing(State.DISCONNECTED, button="Connect again", is_used=account.is_used)
    asks: Mapping[str, Any] = account.requirements or {}
    state = _state(account, asks)
    shown = {name: _asked(asks.get(name, ()), asks) for name in ("past_due", "currently_due", "pending_verification")}
    overdue, due = shown["past_due"], shown["currently_due"]
    if account.details_submitted:
        due = [one for one in due if one not in overdue]
    else:  # of whom nothing has been told yet nothing is late, though Stripe calls it so
        overdue, due = [], overdue + [one for one in due if one not in overdue]
    return Standing(
        state,
        because(account.disabled_reason) if state in (State.CLOSED, State.NO_PAYOUTS) else "",
        overdue,
        due,
        [one for one in shown["pending_verification"] if one not in overdue and one not in due],
        datetime.fromtimestamp(asks["deadline"], UTC) if "deadline" in asks else None,
        _button(state, account, bool(overdue or due)),
        account.is_used,
    )


def _state(account: ConnectedAccount, asks: Mapping[str, Any]) -> State:
    if account.charges_enabled:
        return State.OPEN if account.payouts_enabled else State.NO_PAYOUTS
    if _is_refused(account) or (account.is_used and account.details_submitted):
        return State.CLOSED  # of which Stripe was never told enough has not been open: it is begun
    waits = asks.get("currently_due") or asks.get("past_due")
    return State.CHECKED if account.details_submitted and not waits else State.ASKED


def _is_refused(account: ConnectedAccount) -> bool:
    return (account.disabled_reason or "").startswith(REFUSED)


def _asked(keys: Sequence[str], asks: Mapping[str, Any]) -> list[Asked]:
    """In words, each thing once: a date of birth is three keys at Stripe."""
    told: Mapping[str, str] = asks.get("errors", {})
    found: dict[str, str] = {}
    for key in keys:
        words = in_words(key)
        found[words] = found.get(words) or told.get(key, "")
    return [Asked(words, why) for words, why in found.items()]


def _button(state: State, account: ConnectedAccount, asks: bool) -> str:
    if _is_refused(account):
        return ""
    if state is State.ASKED:
        return "Go on at Stripe"
    if asks:
        return "Give Stripe what it asks"
    return "" if state is State.OPEN else "Look at it at Stripe"
