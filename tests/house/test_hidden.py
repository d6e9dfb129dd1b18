"""What supporters hide, what waits and what was hidden is nowhere: every address is asked, new ones by themselves.

Markers stand in everything that nobody but its owner, the runner, the charity or the organiser may know.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from starlette.routing import Route

from fundraising.donations.models import Declaration, Donation, MessageState
from fundraising.funds.addresses import see_funds
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.live.hub import Viewer
from fundraising.live.preview import card_of
from fundraising.matching.adding import add_for
from fundraising.moderation.models import Report
from fundraising.pages.models import PageUpdate, PledgePage
from fundraising.payments.models import Payment
from fundraising.pledges.models import CashGift, ResultPledge
from fundraising.store.database import connection
from fundraising.store.ids import new_id
from teams.events.models import Race
from teams.roster.models import Team
from tests.conftest import Site
from tests.fundraising.matching.making import make_pot
from tests.house import test_access
from tests.house.test_access import NOT_PAGES, Asked, address
from tests.house.test_house import SOURCES
from tests.looking import page_of
from tests.makers import Family, make_fund, make_gift, make_person, sign_in

WORDS = (
    "Marblewitt", "Quillfeather", "Oldtimber",  # name, company and honour where the name is hidden
    "Vexcombe", "Grumblewort", "Spindlemoor",  # of a message that was hidden
    "Tanglebrook", "Pebblewick",  # of one that waits
    "Xylophage", "xylophage", "Wherryman",  # a page that is off the site, and who gave there
    "Becausewort", "Reasonwort", "reporter@", "secret.example",  # why, who says so, and any address
    "Declarabel", "Housewort", "Refundwort", "Cashwort", "Pledgewort", "Thankswort", "Newswort",
    "Sneakthistle", "sneakthistle",  # a page that is in no list
)  # fmt: skip
PENCE = (1337, 2741)  # hidden amounts, and what a pot has added to one of them
AMOUNTS = re.compile(
    "|".join(
        rf"(?<![\da-f]){p}(?![\da-f])|(?<!\d){p // 100}\.{p % 100:02}(?!\d)" for p in PENCE
    )  # however it is written
)
ASKED_FOR = re.compile(
    r"""(?:query_params|asked|query)\.get\(\s*"(\w+)"|"(\w+)" (?:not )?in (?:request\.query_params|asked|query)\b"""
)
PICTURES_AND_PAPERS = re.compile(r"\.(png|pdf|webp|avif|svg|zip|ods|xlsx)$|\.\{kind\}$|static|/pictures/")

asked = test_access.asked  # its people and their places


@dataclass
class Secret:
    """A family with much that is hidden; and who asks."""

    asked: Asked
    family: Family
    browsers: dict[str, httpx.AsyncClient]
    open_receipt: str


@pytest.fixture
async def large_numbers(site: Site) -> None:
    """No page is made whose number is one of the amounts by chance."""
    own = "pg_get_serial_sequence('fund', 'id')"
    async with connection() as counting:
        await counting.execute(f"select setval({own}, greatest(100000, nextval({own})))")


@pytest.fixture
async def secret(site: Site, large_numbers: None, asked: Asked) -> Secret:
    """Gifts of every kind; and somebody else who runs, and leads a team, in the same event."""
    family = asked.family
    await make_pot(family.event, sponsor="Opensponsor", cap_pence=900_000)
    await _give(family)
    await add_for(None)
    await _promise(family)
    off = await make_fund(
        FundKind.RUNNER, "Xylophage", slug="xylophage", event=family.event, charity=family.charity, team=family.team
    )
    await PledgePage.create(fund=off, story="Xylophage")
    await make_gift(off, family.charity, 500, name="Wherryman", message="Go, Xylophage", email="a@secret.example")
    await Fund.filter(id=off.id).update(
        state=FundState.HIDDEN, behind=FundState.OPEN, hidden_at=datetime.now(UTC), hidden_by="organiser",
        hidden_because="Becausewort",
    )  # fmt: skip
    await Report.create(fund=family.runner, reason="Reasonwort", email="reporter@example.org")
    page = await PledgePage.get(fund=family.runner)
    await PageUpdate.create(page=page, text="Newswort", is_hidden=True)
    sneaks = await make_fund(
        FundKind.RUNNER,
        "Sneakthistle",
        slug="sneakthistle",
        team=family.team,
        is_listed=False,
        event=family.event,
        charity=family.charity,
    )
    await PledgePage.create(fund=sneaks, story="Sneakthistle", seen_by="unlisted")
    await make_gift(sneaks, family.charity, 500, name="Wherryman", message="Go, Sneakthistle")
    other = await make_person()
    above = {"event": family.event, "charity": family.charity}
    page, team = await make_fund(FundKind.RUNNER, **above), await make_fund(FundKind.TEAM, **above)
    await PledgePage.create(fund=page, story="Open", person=other)
    await Team.create(fund=team, race=await Race.get(event__fund=family.event), captain=other)
    browsers = {"nobody": site.browser, "another runner and captain": await sign_in(site.browser, other)}
    receipt = (await Donation.get(name="Opengiver")).token
    return Secret(replace(asked, event=family.event.slug), family, browsers, receipt)


async def _give(family: Family) -> None:
    """Gifts to the runner and to the team, with names, words and amounts that are hidden in every way."""
    to, of = family.runner, family.charity
    email = {"email": "giver@secret.example"}
    named = {"name": "Marblewitt", "company": "Quillfeather Ltd", "in_honour_of": "Oldtimber", "message": "Openword"}
    await make_gift(to, of, 1337, hide_name=True, hide_amount=True, **named, **email)
    aided = await make_gift(to, of, 2741, hide_amount=True, name="Openname", **email)
    await Declaration.create(
        id=new_id(), donation=await Donation.get(payment=aided), charity_name="C", wording_version="v", wording="w",
        first_name="Declarabel", last_name="Marblewitt", house="Housewort", postcode="ZZ9 9ZZ",
    )  # fmt: skip
    said = {"message": "Grumblewort", "in_honour_of": "Spindlemoor"}
    for fund in (to, family.team):
        thanks = {"thanks": "Thankswort", "thanked_at": datetime.now(UTC)}
        await make_gift(fund, of, 300, name="Vexcombe", message_state=MessageState.HIDDEN, **said, **thanks, **email)
    waits = {"message_state": MessageState.WAITING, "message": "Tanglebrook", "in_honour_of": "Pebblewick"}
    await make_gift(to, of, 410, name="Openwaiter", **waits, **email)
    opened = await make_gift(to, of, 520, name="Opengiver", message="Openword two", email="b@secret.example")
    await Donation.filter(payment=opened).update(refund_asked_at=datetime.now(UTC), refund_reason="Refundwort")
    await make_gift(family.event, of, 630, name="Openevent", **email)


async def _promise(family: Family) -> None:
    """Cash and a sponsor by result, without their names."""
    await CashGift.create(
        fund=family.runner,
        state="collected",
        name="Cashwort",
        hide_name=True,
        amount_pence=700,
        given_on=datetime.now(UTC).date(),
        once=uuid4().hex,
    )
    await ResultPledge.create(
        id=new_id(), fund=family.runner, token="t" * 43, name="Pledgewort", email="p@secret.example", hide_name=True,
        rule="finish", rate_pence=200, cap_pence=200, confirmed_at=datetime.now(UTC),
    )  # fmt: skip


def found_in(text: str) -> list[str]:
    """The markers that a text gives away."""
    return [word for word in WORDS if word in text] + AMOUNTS.findall(text)


def choices() -> str:
    """Everything that any address may be asked for in its query, all at once."""
    names = {one for path in SOURCES for found in ASKED_FOR.findall(path.read_text()) for one in found if one}
    assert {"before", "direct", "q", "alone", "amount", "gift"} <= names, names
    return urlencode(dict.fromkeys(sorted(names), "1"))


def pages_of(site: Site) -> list[Route]:
    """Every address that answers with words; of pictures and papers another test asks."""
    return [
        route
        for route in site.house.starlette.routes
        if isinstance(route, Route)
        and "GET" in (route.methods or ())
        and route.name not in NOT_PAGES
        and not PICTURES_AND_PAPERS.search(route.path)
    ]


async def test_what_is_hidden_is_at_no_address_for_nobody_else(site: Site, secret: Secret) -> None:
    """Asked by nobody, and by another runner and captain; plainly, and with everything that may be chosen."""
    routes, chosen, answered = pages_of(site), choices(), 0
    assert len(routes) > 150
    for who, browser in secret.browsers.items():
        for route in routes:
            path = address(route, secret.asked)
            for query in ("", f"?{chosen}") if who == "nobody" else ("",):
                answer = await browser.get(path + query)
                answered += answer.status_code == 200
                assert not (given := found_in(answer.text)), (who, route.path, query[:1], given)
                assert not found_in(str(answer.headers)), (who, route.path)
    assert answered > 150


async def test_nor_in_lists_by_any_choice_nor_on_other_peoples_receipts(site: Site, secret: Secret) -> None:
    """What is asked for beside or after something hidden, and by its name."""
    hidden = await Payment.filter(donation__hide_name=True).first()
    assert hidden is not None
    family = secret.family
    for fund in family.all:
        at = {"runner": "pages", "team": "teams", "charity": "charities", "event": "events"}[fund.kind]
        for below in (
            "gifts?direct=1", f"gifts?before={hidden.id.hex}", f"gifts?direct=1&before={hidden.id.hex}",
            "runners?alone=1", "runners?after=999999-1", "donate?amount=5", "donate/costs?amount=5", "donate?again=x",
            f"report?gift={hidden.id.hex}",
        ):  # fmt: skip
            given = found_in((await site.browser.get(f"/{at}/{fund.slug}/{below}")).text)
            assert given == [], (fund.kind, below)
    for sought in ("Xylo", "Marble", "Vexcombe"):
        answer = await site.browser.get(f"/events/{family.event.slug}/runners?q={sought}")
        assert found_in(answer.text.replace(sought, "")) == [], sought
    for below in ("", "/state", "/manage"):
        text = (await site.browser.get(f"/donations/{secret.open_receipt}{below}")).text
        assert set(found_in(text)) <= {"Refundwort", "secret.example"}, below  # their own words, and address, masked


async def test_nor_on_a_stream_nor_on_a_picture_that_goes_along(site: Site, secret: Secret) -> None:
    """The first message of each fund, and the words that are drawn."""
    funds = await see_funds([fund.id for fund in secret.family.all])
    for fund in funds.values():
        sent = b""

        async def send(message: dict[str, object]) -> None:
            nonlocal sent
            sent += message["body"]  # type: ignore[operator]

        await site.house.hub.join(viewer := Viewer(fund.id, send))  # type: ignore[arg-type]
        site.house.hub.leave(viewer)
        assert b'id="live"' in sent
        assert found_in(sent.decode()) == [], fund.kind
        assert found_in(repr(card_of(fund, funds[secret.family.event.id]))) == [], fund.kind


async def test_all_of_it_would_be_found_if_it_were_not_hidden(site: Site, secret: Secret) -> None:
    """So that silence means something."""
    await Donation.all().update(hide_name=False, hide_amount=False, message_state=MessageState.SHOWN, hidden_by=None)
    source = await page_of(site, f"/pages/{secret.family.runner.slug}/gifts")
    shown = set(found_in(source))
    assert {"Quillfeather", "Oldtimber", "Vexcombe", "Grumblewort", "Spindlemoor", "Tanglebrook", "Pebblewick"} <= shown
    assert {"13.37", "27.41"} <= shown
    assert source.count("£13.37") == 2  # the gift, and what the pot has added to it
    assert "Opensponsor" in source
