"""Things for the tests of the room: keys and endpoints as the desk makes them, and a finance partner's browser."""

from dataclasses import dataclass

import httpx

from charities.api.models import ApiKey, Endpoint
from charities.models import Charity, Partner, Role
from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.web.sealing import seal
from fundraising.web.tokens import hashed
from tests.conftest import BASE, Site
from tests.makers import Family, make_person, sign_in

SECRET = "whsec_of_the_tests"
URL = "https://hooks.example.org/gifts?from=us"


async def make_endpoint(settings: Settings, charity: Charity, url: str = URL) -> Endpoint:
    """An address that is told what happens from now on."""
    async with connection() as reading:
        last = await reading.fetchval("select last_id from ledger_head")
    sealed = seal(settings, "webhook endpoint", SECRET.encode())
    return await Endpoint.create(charity=charity, url=url, secret=sealed, read_to=last)


@dataclass
class Program:
    """Something that asks by a key, from elsewhere: no header of a browser."""

    client: httpx.AsyncClient
    key: ApiKey

    async def get(self, name: str, **asked: str) -> httpx.Response:
        """An answer of the API."""
        return await self.client.get(name if "://" in name else f"/api/v1/{name}", params=asked or None)


async def make_program(site: Site, family: Family, *, donations: bool = True) -> Program:
    """A program of the family's charity."""
    charity = await Charity.get(fund=family.charity)
    plain = f"rbr_{charity.id:043}"
    key = await ApiKey.create(
        charity=charity, name="Site", start=plain[:10], key_hash=hashed(plain), sees_donations=donations
    )
    headers = {"authorization": f"Bearer {plain}"}
    return Program(httpx.AsyncClient(transport=site.browser._transport, base_url=BASE, headers=headers), key)


async def make_finance(site: Site, family: Family) -> httpx.AsyncClient:
    """The browser of a finance partner of the family's charity."""
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=Role.FINANCE)
    return await sign_in(site.browser, person)
