"""Sows the people of the example: whose page is whose, who works for a charity, who organises."""

from __future__ import annotations

from secrets import token_hex

from charities.api.models import ApiKey
from charities.models import Charity, Partner, Role
from fundraising.example.people import PAGES, PARTNERS, PEOPLE
from fundraising.funds.models import Fund, FundKind
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person


async def sow_people() -> None:
    """The people, beside the funds that are sown already."""
    people = {
        one.who: await Person.create(email=one.email, name=one.name, is_organiser=one.who == "organiser")
        for one in PEOPLE
    }
    for who, slug in PAGES.items():
        fund = await Fund.get(kind=FundKind.RUNNER, slug=slug)
        await PledgePage.filter(fund_id=fund.id).update(person=people[who])
    for who, slug in PARTNERS.items():
        charity = await Charity.get(fund__slug=slug, fund__kind=FundKind.CHARITY)
        await Partner.create(charity=charity, person=people[who], role=Role.FINANCE)
        asked = {"contact_name": people[who].name, "contact_email": people[who].email}
        await Charity.filter(id=charity.id).update(**asked)
    charity = await Charity.get(fund__slug=PARTNERS["partner"], fund__kind=FundKind.CHARITY)
    # Nobody holds it: what it would be the hash of was never made.
    await ApiKey.create(
        charity=charity, name="Our website", start="rbr_w7Qn2K", key_hash=token_hex(32), made_by=people["partner"]
    )
