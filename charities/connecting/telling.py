"""Tells a charity's finance partners what has become of its Stripe account: each change once, in its transaction."""

from collections.abc import Mapping

import asyncpg

from charities.connecting.words import in_words
from charities.partners.finding import find_finance
from fundraising.mail.letters import NewLetter, write
from fundraising.payments.reports import Changed, Report
from fundraising.store.ids import new_id

OPEN, ASKS, CLOSED, GONE = "account_open", "account_asks", "account_closed", "account_gone"


async def tell(writing: asyncpg.Connection, changed: Changed) -> None:
    """Write to every finance partner, when there is something that they have to know."""
    template = letter_about(changed.before, changed.after)
    if template is None:
        return
    facts = {"charity": changed.charity_id, "is_used": changed.is_used, **_facts(changed.after)}
    once = f"{template} {new_id()}"
    partners = await find_finance(writing, changed.charity_id)
    await write(writing, [NewLetter(to, template, facts, f"{once} {n}") for n, to in enumerate(partners)])


def letter_about(before: Report, after: Report | None) -> str | None:
    """Which letter a change is worth, if any. Pure.

    While a charity has not told Stripe everything for the first time it is there itself, and sees what is asked.
    """
    if after is None:
        return GONE
    was_refused, is_refused = (_is_refused(report) for report in (before, after))
    if (before.charges_enabled and not after.charges_enabled) or (is_refused and not was_refused):
        return CLOSED
    if after.charges_enabled and not before.charges_enabled:
        return OPEN
    if before.payouts_enabled and not after.payouts_enabled:
        return CLOSED
    asked_before = {in_words(key) for key in before.due}
    news = {in_words(key) for key in after.due} - asked_before
    overdue = set(after.requirements.get("past_due", ())) - set(before.requirements.get("past_due", ()))
    return ASKS if after.details_submitted and before.details_submitted and (news or overdue) else None


def _is_refused(report: Report) -> bool:
    return (report.disabled_reason or "").startswith("rejected.")


def _facts(after: Report | None) -> Mapping[str, object]:
    if after is None:
        return {}
    return {
        "due": list(after.due),
        "reason": after.disabled_reason,
        "deadline": after.requirements.get("deadline"),
        "takes_gifts": after.charges_enabled,
        "pays_out": after.payouts_enabled,
    }
