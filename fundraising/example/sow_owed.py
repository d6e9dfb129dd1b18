"""Sows what the organiser has paid to the bank of a charity without an account of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from charities.connecting.forms import PaidForm
from charities.connecting.paying_over import PAID, pay_over
from charities.models import Charity
from fundraising.example.people import PARTNERS
from fundraising.funds.models import FundKind
from fundraising.mail.models import Letter
from fundraising.payments.owed import find_owed
from fundraising.people.models import Person
from fundraising.store.database import transaction
from fundraising.web.days import last_of

DAYS_AGO = 12


async def sow_owed(zone: ZoneInfo) -> None:
    """One payment, of all that had been given until then; what came in since is owed."""
    charity = await Charity.get(fund__kind=FundKind.CHARITY, fund__slug=PARTNERS["treasurer"])
    day = (datetime.now(UTC) - timedelta(days=DAYS_AGO)).astimezone(zone).date()
    async with transaction() as reading:
        owed = await find_owed(reading, charity.fund_id, last_of(day, zone))
    organiser = await Person.filter(is_organiser=True).first()
    if owed is None or owed.pence <= 0 or organiser is None:
        return
    form = PaidForm(amount=f"{owed.pence / 100:.2f}", reference="BACKWARD RUN 1", paid_on=day.isoformat())
    await pay_over(charity, form, organiser.id, zone)
    await Letter.filter(template=PAID).delete()  # it was read twelve days ago
