"""Two charities side by side, each with one of everything; and the rows of the whole database that hang on one."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from charities.api.models import ApiKey, Delivery, Endpoint
from charities.applying.models import Application
from charities.connecting.models import BankPayout
from charities.models import Charity, Partner, PartnerInvitation, Role
from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Fund, FundKind
from fundraising.moderation.models import Report
from fundraising.pages.models import PageUpdate, PledgePage
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from fundraising.pledges.models import CashGift
from fundraising.store.database import connection
from fundraising.store.ids import new_id
from tests.conftest import BASE, Site
from tests.makers import Family, arrival, make_donation, make_family, make_fund, make_person, refund_of, session_of
from tests.makers import sign_in as signed_in

TODAY = datetime.now(UTC).date()
PERIOD = {"first": (TODAY - timedelta(days=9)).isoformat(), "last": TODAY.isoformat()}


@dataclass
class Side:
    """A charity with one of everything, and who may see it.

    Args:
        word: stands in everything that is its own: names, addresses, messages, keys; in lower case.
        ids: what its rows are called in addresses, by the name of the parameter.
        key: opens the API.
        seen: which version of its details its partner has before them, by the form that changes them.
    """

    word: str
    account: str
    family: Family
    charity: Charity
    browser: httpx.AsyncClient
    ids: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> str:
        """Where its desk is."""
        return f"/charities/{self.family.charity.slug}/desk"

    async def give(self, fund: Fund, pence: int, **said: Any) -> Payment:
        """A paid gift for it, which agrees to be written to."""
        word, paying = self.word, {"account": self.account}
        words = {"name": f"Giver {word}", "email": f"giver@{word}.example", "message": f"Go, {word}"}
        declared = {"first_name": word, "last_name": word.title(), "house": f"1 {word}"}
        given = {"declared": declared, "paying": paying, "contact_ok": True} | words | said
        payment = await make_donation(fund, self.family.charity, pence, **given)
        paid = session_of(payment)
        await take_in([arrival("checkout.session.completed", paid, account=self.account)], {})
        return payment

    async def refund(self, payment: Payment, pence: int) -> None:
        """Some of it goes back."""
        await take_in([arrival("refund.created", refund_of(payment, pence), account=self.account)], {})

    async def send(self, path: str, **typed: str) -> httpx.Response:
        """A form of its desk, sent by its finance partner, who is let."""
        answer = await self.browser.post(f"{self.desk}/{path}", data=typed)
        assert answer.status_code in (200, 303), (path, answer.text)
        return answer

    async def table(self, path: str, **query: str) -> list[dict[str, str]]:
        """A table that its finance partner takes away."""
        answer = await self.browser.get(f"{self.desk}/{path}.csv", params=query)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def make_side(site: Site, word: str, account: str, *, claims: int = 1) -> Side:
    """A charity, its event, team, runner and people, named by a word.

    Args:
        claims: how many HMRC has; then there is a draft, of one line more than that.
    """
    family = await make_family(account=account)
    for kind, fund in (
        ("event", family.event), ("charity", family.charity), ("team", family.team), ("runner", family.runner),
    ):  # fmt: skip
        fund.name, fund.slug = f"{word.title()} {kind}", f"{word}-{kind}"
        await fund.save(update_fields=["name", "slug"])
    charity = await Charity.get(fund=family.charity)
    said = {"about": f"It helps {word}.", "contact_name": word, "contact_email": f"contact@{word}.example"}
    await Charity.filter(id=charity.id).update(website=f"https://{word}.example", **said)
    people = [await make_person(f"{who}@{word}.example", name=f"{who} {word}") for who in ("boss", "helper")]
    for person, role in zip(people, (Role.FINANCE, Role.VIEW), strict=True):
        await Partner.create(charity=charity, person=person, role=role)
    side = Side(word, account, family, charity, await signed_in(site.browser, people[0]))
    await Application.create(
        id=new_id(), nonce="n" * 32, token_hash=word.ljust(64, "0"), step="approved", name=f"{word} charity",
        register="england_and_wales", number="1234567", contact_name=word, email=f"applied@{word}.example",
        confirmed_at=datetime.now(UTC), decided_at=datetime.now(UTC), charity=charity,
    )  # fmt: skip
    await BankPayout.create(charity=charity, pence=600, reference=f"Paid to {word}", paid_on=TODAY, made_by=people[0])
    await _say(side)
    await _claim(side, claims)
    await _connect(site, side)
    details = (await side.browser.get(f"{side.desk}/details")).text
    versions = re.findall(r'name="seen" value="(\w+)"', details)
    side.seen = dict(zip(("change_charity", "change_charity_numbers"), versions, strict=True))
    side.ids["partner"] = (await Partner.get(person=people[1])).id
    return side


async def _say(side: Side) -> None:
    """Gifts with what is hidden, waits or was reported; news; a page off the site; cash."""
    runner, word = side.family.runner, side.word
    page = await PledgePage.get(fund=runner)
    page.person = await make_person(f"runner@{word}.example", name=f"runner {word}")
    await page.save(update_fields=["person_id"])
    reported = await side.give(runner, 1300, hide_name=True, in_honour_of=f"Aunt {word}")
    await side.give(runner, 1100, message_state=MessageState.WAITING)
    waits = await side.give(runner, 1100, message_state=MessageState.WAITING)
    await side.give(side.family.team, 700, message_state=MessageState.HIDDEN, hidden_by="partner")
    gift = await Donation.get(payment=reported)
    news = await PageUpdate.create(page=page, text=f"News of {word}")
    for about in ({"donation": gift}, {"news": news}, {}):
        await Report.create(fund=runner, reason=f"Because of {word}", email=f"reporter@{word}.example", **about)
    off = await make_fund(FundKind.RUNNER, f"Off {word}", charity=side.family.charity, event=side.family.event)
    await PledgePage.create(fund=off, story=word)
    await Fund.filter(id=off.id).update(
        state="hidden", behind="open", hidden_at=datetime.now(UTC), hidden_by="partner", hidden_because=word
    )
    await CashGift.create(
        fund=runner, state="collected", name=f"Cash {word}", amount_pence=900, given_on=TODAY, once=uuid4().hex
    )
    waiting = (await Donation.get(payment=waits)).id
    side.ids |= {"id": gift.id, "news": news.id, "fund": runner.id, "waiting": waiting.hex, "payment": reported.id}


async def _claim(side: Side, claims: int) -> None:
    """Claims that HMRC has, of which something went back; and a draft that takes it off."""
    for number in range(1, claims + 1):
        claimed = await side.give(side.family.runner, 2100, gift_aid=True)
        await side.send("gift-aid", **PERIOD)
        await side.send(f"gift-aid/{number}/claimed", on=TODAY.isoformat(), reference=f"IR {side.word}")
        await side.refund(claimed, 100)
    for _ in range(claims + 1):
        side.ids["drafted"] = await side.give(side.family.runner, 3100, gift_aid=True)
    await side.send("gift-aid", **PERIOD)
    paid_out = {"id": f"po_{side.word}", "object": "payout", "amount": 500, "currency": "gbp", "status": "paid"}
    await take_in([arrival("payout.paid", paid_out, account=side.account)], {})
    await Payment.filter(id=claimed.id).update(payout_id=f"po_{side.word}", paid_out_at=datetime.now(UTC))
    side.ids |= {"number": claims + 1, "claimed_number": claims, "position": claims + 1}


async def _connect(site: Site, side: Side) -> None:
    """A key, an address that is told, a message to it, an invitation, and an address not to write to."""
    answer = await side.send("api/keys", name=f"Site of {side.word}", sees_donations="on")
    side.key = answer.text.partition("<code>rbr_")[2].partition("<")[0]
    await side.send("api/endpoints", url=f"https://hooks.{side.word}.example/told")
    endpoint = await Endpoint.get(charity=side.charity)
    await side.send(f"api/endpoints/{endpoint.id}/test")
    await side.send("partners", email=f"new@{side.word}.example", role="view")
    await side.send("exports/not-to-write-to", addresses=f"stop@{side.word}.example")
    await side.table("exports/donors/donors")
    side.ids |= {
        "key": (await ApiKey.get(charity=side.charity)).id,
        "endpoint": endpoint.id,
        "delivery": (await Delivery.get(endpoint=endpoint)).id,
        "invitation": (await PartnerInvitation.get(charity=side.charity)).id,
    }


def program_of(site: Site, side: Side) -> httpx.AsyncClient:
    """A program that has the key of a side."""
    headers = {"authorization": f"Bearer rbr_{side.key}"}
    return httpx.AsyncClient(transport=site.browser._transport, base_url=BASE, headers=headers)


KEYS = """
select c.conrelid::regclass::text as child, a.attname as column, c.confrelid::regclass::text as parent
from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] where c.contype = 'f'
"""
TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
# A runner of one charity may run in the team of another: that does not make the page its.
NOT_OWNED_BY = {("fund", "team_id"), ("fund", "event_id"), ("payment", "event_id")}


async def hanging_on(side: Side) -> Mapping[str, Mapping[str, str]]:
    """The rows of all tables that hang on a charity, by table and id, each as a hash of all that stands in it.

    They hang by a foreign key, however far, on its row, its fund or one of its people; or have its word in them.
    """
    async with connection() as reading:
        edges = [row for row in await reading.fetch(KEYS) if (row["child"], row["column"]) not in NOT_OWNED_BY]
        tables = [row[0] for row in await reading.fetch(TABLES)]
        told = " union all ".join(
            f"select '{one}', to_jsonb(t)->>'id', md5(t::text) from {one} t where t::text ilike $1" for one in tables
        )
        rows = await reading.fetch(told, f"%{side.word}%")
        found: dict[str, dict[str, str]] = {}
        while rows:
            new: dict[str, list[str]] = {}
            for table, id_, hash_ in rows:
                if (id_ or hash_) not in found.setdefault(table, {}):
                    found[table][id_ or hash_] = hash_
                    new.setdefault(table, []).append(id_)
            asked = [edge for edge in edges if edge["parent"] in new]
            below = " union all ".join(
                f"select '{edge['child']}', to_jsonb(t)->>'id', md5(t::text) from {edge['child']} t"
                f" where t.{edge['column']}::text = any(${at}::text[])"
                for at, edge in enumerate(asked, 1)
            )
            rows = await reading.fetch(below, *(new[edge["parent"]] for edge in asked)) if asked else []
    return found
