"""A charity connects its own Stripe account: made once, then onward to the page on which Stripe asks."""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from charities.connecting.telling import tell
from charities.desk.asking import Desk
from charities.models import Charity
from fundraising.errors import Problem, StripeGone
from fundraising.payments import reports
from fundraising.payments.accounts import CannotConnect, adopt
from fundraising.payments.models import ConnectedAccount, FormerAccount
from fundraising.payments.stripe import Stripe, StripeRefused, moment
from fundraising.settings import Settings

ALL_SECONDS = 9.5  # what is half done by then goes on with the next press: Stripe knows it by its key
LOOK_SECONDS = 3.0  # whoever comes back from Stripe waits no longer; what is kept is shown then
MOST_KEYS = 3  # when Stripe has stumbled it remembers that for a day, under the key of that try
# The charity has the whole dashboard, pays Stripe's fees and bears its losses; Stripe asks it what it wants to know.
# Source: https://docs.stripe.com/connect/design-an-integration
CONTROLLER: Mapping[str, Any] = {
    "fees": {"payer": "account"},
    "losses": {"payments": "stripe"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "full"},
}


class NotSetUp(Problem):
    """The organiser has to do something first."""

    status = 503
    title = "Not possible here yet"
    sentence = "The organiser has not set up Stripe Connect for this site yet. Please write to them; nothing was lost."


class DidNotAnswer(StripeGone):
    """Stripe is slow, down or busy."""

    title = "Stripe did not answer"
    sentence = (
        "Stripe did not answer just now. Nothing was lost and nothing is half done: please press again in a moment."
    )


class WasRefused(Problem):
    """Stripe has understood, and said no."""

    status = 409
    title = "Stripe did not agree"


class HasAnother(Problem):
    """A colleague was quicker."""

    status = 409
    title = "Connected already"
    sentence = "Somebody has connected another account of yours meanwhile. Please look at this page again."


async def begin(settings: Settings, stripe: Stripe, desk: Desk) -> str:
    """Make the account, if there is none that can be used, and say where Stripe asks the rest.

    Returns:
        Stripe's address, good for one visit.

    Raises:
        NotSetUp; DidNotAnswer; WasRefused; HasAnother
    """
    if not (settings.stripe_secret_key and settings.connect_webhook_secrets):
        raise NotSetUp  # nothing that Stripe says of the account could be believed
    here = f"{settings.base_url}{desk.path}/stripe"
    try:
        async with asyncio.timeout(ALL_SECONDS):
            account = await _get_or_make(stripe, desk)
            return await stripe.create_account_link(account, return_url=f"{here}?back=1", refresh_url=f"{here}?again=1")
    except StripeRefused as refused:
        if refused.key_is_spent:
            raise DidNotAnswer from refused
        raise WasRefused(f"Stripe says: {refused.message} Nothing was changed.") from refused
    except (StripeGone, TimeoutError) as gone:
        raise DidNotAnswer from gone
    except CannotConnect as cannot:
        raise HasAnother from cannot


async def _get_or_make(stripe: Stripe, desk: Desk) -> str:
    kept = await ConnectedAccount.get_or_none(charity_id=desk.fund.id)
    if kept is not None and kept.disconnected_at is None:
        return kept.stripe_id
    if kept is not None and await _is_back(stripe, desk, kept.stripe_id):
        return kept.stripe_id
    charity = await desk.charity()
    before = await FormerAccount.filter(charity_id=desk.fund.id).count() + (kept is not None)
    made = await _make(stripe, desk, charity, before)
    report, at = reports.understood(made), moment(made["created"])
    return (await adopt(desk.fund.id, made["id"], report, at, tell, is_used=False)).stripe_id


async def _is_back(stripe: Stripe, desk: Desk, account: str) -> bool:
    """Whether an account that was disconnected lets us see it again: then it is used again."""
    at = reports.just_now()
    try:
        report = reports.understood(await stripe.get_account(account))
    except StripeRefused:
        return False
    await adopt(desk.fund.id, account, report, at, tell, is_used=True)
    return True


async def _make(stripe: Stripe, desk: Desk, charity: Charity, before: int) -> dict[str, Any]:
    """A new account at Stripe. A double click makes one: the key says which of the charity's accounts it is.

    What the charity told us is filled in; where Stripe takes that amiss, it asks for it itself.
    """
    bare: dict[str, Any] = {"country": "GB", "controller": CONTROLLER, "metadata": {"charity": desk.fund.slug}}
    try:
        return await _make_with(stripe, desk.fund.id, before, bare | _told(desk, charity))
    except StripeRefused as refused:
        if refused.key_is_spent:
            raise
        return await _make_with(stripe, desk.fund.id, before, bare)


async def _make_with(stripe: Stripe, charity: int, before: int, params: Mapping[str, Any]) -> dict[str, Any]:
    mark = blake2b(orjson.dumps(params), digest_size=6).hexdigest()
    for number in range(1, MOST_KEYS):
        try:
            return await stripe.create_account(
                params, idempotency_key=f"account-{charity}-{before + 1}-{mark}~{number}"
            )
        except StripeRefused as refused:
            if not refused.key_is_spent:
                raise
    return await stripe.create_account(params, idempotency_key=f"account-{charity}-{before + 1}-{mark}~{MOST_KEYS}")


def _told(desk: Desk, charity: Charity) -> dict[str, Any]:
    """What Stripe need not ask, since the charity has told us."""
    profile = {"name": desk.fund.name, "product_description": f"Donations to {desk.fund.name}"}
    given: dict[str, Any] = {"business_type": "non_profit", "business_profile": profile}
    if charity.website:
        profile["url"] = charity.website
    if charity.contact_email:
        given["email"] = charity.contact_email
    return given


async def look_again(stripe: Stripe, charity: int) -> bool:
    """Ask Stripe how the account of a charity stands, for somebody who waits.

    Args:
        charity: its fund.

    Returns:
        False when Stripe did not say so in time: what is kept is shown then, and follows by Stripe's own event.
    """
    kept = await ConnectedAccount.get_or_none(charity_id=charity, disconnected_at=None)
    if kept is None:
        return True
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await reports.look(stripe, kept.stripe_id, tell)
    except (StripeGone, TimeoutError):
        return False
    return True
