"""The row of a gift: what its supporter says with it and allows, and the Gift Aid declaration as it was made."""

import secrets
from dataclasses import dataclass

from fundraising.donations import wording
from fundraising.donations.forms import ADDRESS, Giver
from fundraising.donations.models import Declaration, Donation, MessageState
from fundraising.payments.models import Payment
from fundraising.store.ids import new_id

TICKS = ("hide_name", "hide_amount", "gift_aid", "contact_ok", "updates_ok")


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift of who has filled in a form.

    Args:
        cover_pence: added for the card fee.
        charity: the name of who receives it, for the declaration.
        gift_aid: the supporter wants it, and the gift may have it.
        is_connected: to the runner, where that was asked.
        to_runner: then there is news to be told, if the supporter likes.
        words_wait: until somebody has looked at them.
    """

    gift_pence: int
    cover_pence: int
    charity: str
    gift_aid: bool
    is_connected: bool | None
    to_runner: bool
    words_wait: bool


async def write_down(payment: Payment, gift: Gift, giver: Giver) -> Donation:
    """The row of a gift beside its payment, and the declaration; within the caller's transaction."""
    has_words = bool(giver.message or giver.in_honour_of)
    updates_ok = giver.updates_ok and gift.to_runner
    donation = await Donation.create(
        id=new_id(),
        payment=payment,
        token=secrets.token_urlsafe(24),
        name=giver.name,
        email=giver.email,
        message=giver.message,
        message_state=MessageState.WAITING if gift.words_wait and has_words else MessageState.SHOWN,
        in_honour_of=giver.in_honour_of,
        company=giver.company,
        hide_name=giver.hide_name,
        hide_amount=giver.hide_amount,
        gift_pence=gift.gift_pence,
        cover_pence=gift.cover_pence,
        gift_aid=gift.gift_aid,
        is_connected=gift.is_connected,
        contact_ok=giver.contact_ok,
        contact_wording=wording.CONTACT_VERSION,
        updates_ok=updates_ok,
        updates_wording=wording.UPDATES_VERSION if gift.to_runner else "",
    )
    if gift.gift_aid:
        await _declare(donation, gift, giver)
    return donation


async def _declare(donation: Donation, gift: Gift, giver: Giver) -> None:
    """Keep the declaration as it was made, with the whole sentence: one for each gift, naming its charity."""
    await Declaration.create(
        id=new_id(),
        donation=donation,
        charity_name=gift.charity,
        wording_version=wording.GIFT_AID_VERSION,
        wording=wording.GIFT_AID.format(charity=gift.charity),
        title=giver.title,
        first_name=giver.first_name,
        last_name=giver.last_name,
        house=giver.house,
        postcode=giver.postcode,
    )


async def said_before(donation: Donation) -> dict[str, str]:
    """The fields of the form as they were filled in for a gift, for who comes back to it."""
    typed = {name: getattr(donation, name) for name in ("name", "email", "message", "in_honour_of", "company")}
    typed |= {name: "on" for name in TICKS if getattr(donation, name)}
    if donation.cover_pence:
        typed["cover_fee"] = "on"
    if donation.is_connected is not None:
        typed |= {"gift_aid": "on", "is_connected": "yes" if donation.is_connected else "no"}
    if declaration := await Declaration.get_or_none(donation=donation):
        typed |= {name: getattr(declaration, name) for name in ADDRESS}
    return typed
