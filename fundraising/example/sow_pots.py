"""A sponsor of the example who doubles gifts, and what there is for its organiser to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Fund
from fundraising.matching.adding import read_on
from fundraising.matching.models import Pot
from fundraising.moderation.models import Report
from fundraising.store.database import transaction

SPONSOR, CAP_PENCE, MOST_EACH_PENCE, DAYS = "Heel & Toe, running shop", 2_000_00, 25_00, 3
RUDE = "I know who wrote this, and it is not their name."
ADVERT = "Half of this page is about a shop. Is that still fundraising?"
# Lists tell each beside its gift, as if the pot had looked at once.
AS_THEY_CAME = (
    """
    update payment m set paid_at = g.paid_at + interval '1 second', created_at = g.paid_at + interval '1 second'
    from match a join payment g on g.id = a.gift_id where m.id = a.payment_id
    """,
    "update donation d set created_at = m.created_at from payment m where m.id = d.payment_id and m.purpose = 'match'",
)


async def sow_pots(event: Fund, advertised: Fund) -> None:
    """The pot has added to the gifts of the last days; two things were reported, and two messages wait.

    Args:
        advertised: whose page somebody finds too much of an advert.
    """
    now = datetime.now(UTC)
    pot: Pot = await Pot.create(
        fund=event,
        sponsor=SPONSOR,
        ratio_percent=100,
        cap_pence=CAP_PENCE,
        most_each_pence=MOST_EACH_PENCE,
        starts_at=now - timedelta(days=DAYS),
        ends_at=(now + timedelta(days=21)).replace(hour=22, minute=0, second=0, microsecond=0),
    )
    await read_on(pot.id)
    async with transaction() as writing:
        for statement in AS_THEY_CAME:
            await writing.execute(statement)
    said = (
        await Donation.filter(payment__state="paid", payment__purpose="donation", payment__event_id=event.id)
        .exclude(message="")
        .order_by("-created_at")
        .limit(12)
        .prefetch_related("payment")
    )
    await Donation.filter(id__in=[said[4].id, said[7].id]).update(message_state=MessageState.WAITING)
    reported = said[2]
    await Report.create(
        fund_id=reported.payment.fund_id, donation=reported, reason=RUDE, email="mia@example.org", made_at=now
    )
    await Report.create(fund=advertised, reason=ADVERT)
