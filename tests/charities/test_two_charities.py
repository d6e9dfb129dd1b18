"""Charity A sees nothing of charity B, ever: every address, every id in it, every field of a form and of a query.

Complete by construction: routes come from the route table, fields from the forms and from what the handlers read. Who
adds one says here what of B could be put into it, or the test fails.
"""

import inspect
import io
import re
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import httpx
import pytest
from starlette.routing import Route
from tortoise import Tortoise

from charities.api.models import Delivery
from charities.api.telling import tell_all
from charities.exports.tables import TABLES
from charities.models import PartnerInvitation
from charities.partners.inviting import PURPOSE
from fundraising.funds.models import FundKind
from fundraising.moderation import desk as moderation_desk
from fundraising.moderation import forms as moderation_forms
from fundraising.payments.models import ConnectedAccount, Payment
from fundraising.store.database import APP, transaction
from fundraising.web.forms import Form
from fundraising.web.tokens import token_from
from tests.charities.asked_for import FIELD, Names, forms_below, read_in
from tests.charities.sides import PERIOD, TODAY, Side, hanging_on, make_side, program_of
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, Site, opened_site, settings_at
from tests.fundraising.funds.taking import photo
from tests.house.test_house import ACCESS, FINANCE, FRESH, KEY, PARTNER, ROOT, SOURCES
from tests.looking import section, words_of
from tests.makers import make_fund

# What stands in an address and is nobody's: every value is tried. All else in one is the id of a row of a charity.
CHOICES: Mapping[str, tuple[object, ...]] = {
    "table": tuple(table.name for table in TABLES),
    "ending": ("csv", "xlsx"),
    "verb": ("keep", "hide", "show"),
    "file": (1,),
}
OWN = ("slug", *CHOICES)
NOW = datetime.now(UTC)
PHOTO = "photo"
ASKED = "charities.api.asking"
# Routes whose id is another than that of the others with such a parameter.
OTHER_IDS = {("claim_received", "number"): "claimed_number"}
# What has to have happened before a form does something for its own charity.
PREPARED: Mapping[str, Callable[[Side], Awaitable[object]]] = {
    "catch_up_claim": lambda side: side.refund(side.ids["drafted"], 100),
    "remove_logo": lambda side: side.browser.post(f"{side.desk}/details/photo", files={PHOTO: photo(size=(300, 300))}),
    "begin_claim": lambda side: side.send(f"gift-aid/{side.ids['number']}/drop"),
    "go_to_stripe": lambda side: ConnectedAccount.filter(stripe_id=side.account).update(disconnected_at=NOW),
}


def queries(of: Side) -> dict[str, str]:
    """What may be asked for in any query, about a side."""
    return {
        "event": of.family.event.slug,
        "after": str(of.ids["payment"]),
        "first": PERIOD["first"],
        "last": PERIOD["last"],
        "since": PERIOD["first"],
        "limit": "100",
        "said": "kept",
        "back": "1",
        "again": "1",
        "hidden": "",
    }


def fields(of: Side, at: Side, route: Route | None = None) -> dict[str, str]:
    """What may be typed into any form at a desk: ids of a side, and plain words that every form takes."""
    return {
        "seen": at.seen.get(route.name if route else "", ""),
        "page": f"/pages/{of.family.runner.slug}", f"gift-{of.ids['waiting']}": "on",
        "first": PERIOD["first"], "last": PERIOD["last"], "by_donor": "on", "small_together": "", "by_runner": "",
        "on": TODAY.isoformat(), "reference": "IR 2", "received": "2.50",
        "title": "Dr", "first_name": "Ada", "last_name": "Byron", "house": "12", "postcode": "M25 2SW",
        "email": "somebody@example.org", "role": "finance", "addresses": "nobody@example.org",
        "name": "Our site", "sees_donations": "on", "url": "https://hooks.example.org/told",
        "summary": "It does what it can.", "about": "It helps whoever asks for help.", "what_ten_does": "Ten cups.",
        "website": "https://ours.example.org", "colour": "teal", "contact_name": "Pat", "contact_email": "p@example.org",
        "register": "scotland", "number": "SC012345", "hmrc_reference": "AB123",
        "amount": "5", "paid_on": TODAY.isoformat(), "is_another": "on",
        "because": "It is odd.", "reason": "It is odd.", "wait": "on",
    }  # fmt: skip


@dataclass
class Two:
    """Both charities, each with a program; what of the site is theirs to ask for."""

    site: Site
    a: Side
    b: Side
    routes: list[Route]

    def named(self, method: str) -> set[str]:
        """The names of the routes that are asked by a method."""
        return {route.name for route in self.routes if method in (route.methods or ())}

    def addresses(self, route: Route, slug: str, ids: Mapping[str, Any]) -> list[str]:
        """The addresses of a route, every choice tried."""
        names = re.findall(r"{(\w+)", route.path)
        given = [CHOICES.get(name) or (slug if name == "slug" else _id(route, name, ids),) for name in names]
        pattern = re.sub(r":\w+}", "}", route.path)
        return [pattern.format(**dict(zip(names, values, strict=True))) for values in product(*given)]

    def swapped(self, route: Route) -> Iterator[str]:
        """Addresses of A's desk with ids of B: each alone among A's, and all of them."""
        names = [name for name in re.findall(r"{(\w+)", route.path) if name not in OWN]
        for swap in [names, *([name] for name in names)] if names else []:
            ids = (
                self.a.ids
                | {name: self.b.ids[name] for name in swap}
                | {"claimed_number": self.b.ids["claimed_number"]}
            )
            yield from self.addresses(route, self.a.family.charity.slug, ids)


def _id(route: Route, name: str, ids: Mapping[str, Any]) -> object:
    return ids[OTHER_IDS.get((route.name, name), name)]


@pytest.fixture(scope="module")
async def both(opened: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """Both, in a transaction that all tests of this file share; undone after them."""
    folder = tmp_path_factory.mktemp("two")
    async with undone(), opened_site(settings_at(folder), folder) as site:
        b = await make_side(site, "zornwick", OTHER_ACCOUNT, claims=3)
        a = await make_side(site, "plumtree", ACCOUNT)
        routes = {
            (route.path, *sorted(route.methods or ())): route
            for route in site.house.starlette.routes
            if isinstance(route, Route) and ACCESS[route.name] in (PARTNER, FINANCE, FRESH)
        }
        yield Two(site, a, b, list(routes.values()))


@pytest.fixture
async def two(both: Two) -> AsyncIterator[Two]:
    """The same, as it was made."""
    async with undone():
        yield both


class _Undo(Exception):
    """Ends a transaction."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction, or a part of one, of which nothing stays."""
    try:
        async with transaction():
            yield
            raise _Undo
    except _Undo:
        pass


def said_in(answer: httpx.Response, *typed: str) -> str:
    """All that an answer says, unpacked, in lower case; without what was typed by who asked."""
    body = answer.content
    if body[:2] == b"PK":  # a spreadsheet
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"\n".join(file.read(name) for name in file.namelist())
    text = (body.decode("utf-8", "replace") + str(answer.headers)).lower()
    for one in sorted(typed, key=len, reverse=True):
        text = text.replace(one.lower(), "") if one else text
    return text


def secrets_of(side: Side) -> list[str]:
    """What names a charity or a row of it: its word, and the ids that cannot be guessed."""
    ids = [str(value) for value in side.ids.values() if len(str(value)) > 20]
    return [side.word, side.account.lower(), side.key.lower(), *ids, *(one.replace("-", "") for one in ids)]


def must_say_nothing_of(side: Side, answer: httpx.Response, *typed: str) -> None:
    """No word, no id of it."""
    text = said_in(answer, *typed)
    found = [one for one in secrets_of(side) if one in text]
    assert not found, (answer.request.method, str(answer.request.url), answer.status_code, found)


def amounts_in(source: str) -> list[str]:
    """Every amount that stands there."""
    return re.findall(r"£[\d,.]+", words_of(f"<body {source}"))


async def ask(browser: httpx.AsyncClient, method: str, path: str, typed: Mapping[str, str]) -> httpx.Response:
    """A page, or a form with everything in it, and a photo where one is taken."""
    given = {"data": typed} if method == "POST" else {}
    return await browser.request(
        method, path, **given, files={PHOTO: photo(size=(300, 300))} if path.endswith("/photo") else None
    )


def methods_of(route: Route) -> list[str]:
    """How a route may be asked."""
    return sorted((route.methods or set()) - {"HEAD"})


async def test_everything_that_can_be_typed_or_asked_for_is_tried(two: Two) -> None:
    """What stands in the forms of all pages of the desk, in the rooms' form classes, and in what handlers read."""
    names = Names()
    for route in two.routes:
        for path in (
            two.addresses(route, two.a.family.charity.slug, two.a.ids) if "GET" in (route.methods or ()) else ()
        ):
            answer = await two.a.browser.get(path)
            if answer.headers["content-type"].startswith("text/html"):
                names.feed(answer.text)
    rooms = {route.endpoint.__module__.rpartition(".")[0] for route in two.routes} - {moderation_desk.__package__}
    paths = [path for path in SOURCES if ".".join(path.relative_to(ROOT).parts[:-1]) in rooms]
    read = set[str]().union(*map(read_in, [path.read_text() for path in paths] + [inspect.getsource(moderation_desk)]))
    of_forms = {
        field.alias or name
        for form in forms_below(Form)
        if form.__module__.startswith((*rooms, moderation_forms.__name__))
        for name, field in form.model_fields.items()
    }
    found = names.found["get"] | names.found["post"] | read | of_forms
    assert {"event", "first", "hidden"} <= read
    assert {"gift", "page", "role"} <= names.found["post"]
    known = {FIELD.sub("", name) for name in fields(two.b, two.b)} | {PHOTO} | set(queries(two.b))
    assert found - known == set(), "say in fields() or queries() what of another charity could be put there"
    assert known - found == set(), "nobody asks for these any more"


async def test_no_address_of_another_charity_opens_and_nothing_changes(two: Two) -> None:
    """B's own desk, asked by A's finance partner who has just shown a passkey, with forms that B's could send."""
    before, asked = await hanging_on(two.b), 0
    for route in two.routes:
        for method, path in product(methods_of(route), two.addresses(route, two.b.family.charity.slug, two.b.ids)):
            answer = await ask(two.a.browser, method, path, fields(two.b, two.b, route))
            assert answer.status_code in (403, 404), (method, path, answer.status_code)
            must_say_nothing_of(two.b, answer, path)
            asked += 1
    assert await hanging_on(two.b) == before
    assert asked > 50


async def test_no_id_of_another_charity_is_known_at_ones_own_desk(two: Two) -> None:
    """Every id in every address of A's desk, alone among A's own ids and with all others, is B's."""
    before, asked = await hanging_on(two.b), 0
    for route in two.routes:
        for method, path in product(methods_of(route), two.swapped(route)):
            answer = await ask(two.a.browser, method, path, fields(two.b, two.a, route))
            assert answer.status_code in (403, 404), (method, path, answer.status_code)
            must_say_nothing_of(two.b, answer, *map(str, two.b.ids.values()))
            asked += 1
    assert await hanging_on(two.b) == before
    assert asked > 15


async def test_no_field_and_no_query_reaches_another_charity(two: Two) -> None:
    """A's own addresses, with what may be typed or asked for there being B's; each form alone, undone after it."""
    before, opened = await hanging_on(two.b), set[str]()
    for route in two.routes:
        for method, path in product(methods_of(route), two.addresses(route, two.a.family.charity.slug, two.a.ids)):
            if method == "GET":
                for query in ({}, queries(two.b)):
                    answer = await two.a.browser.get(path, params=query)
                    must_say_nothing_of(two.b, answer, *queries(two.b).values())
                    opened |= {route.name} if answer.status_code == 200 else set()
                continue
            typed = fields(two.b, two.a, route)
            async with undone():
                answer = await ask(two.a.browser, method, path, typed)
                must_say_nothing_of(two.b, answer, *typed.values())
                if answer.status_code == 303:
                    must_say_nothing_of(two.b, await two.a.browser.get(answer.headers["location"]))
                assert await hanging_on(two.b) == before, (method, path)
    assert opened == two.named("GET")


async def test_the_same_does_open_and_does_change_things_for_its_own_partner(two: Two) -> None:
    """So that a refusal means something: every address, field and id of the tests above is a good one."""
    before, changing, saying = await hanging_on(two.b), set[str](), set[str]()
    for route in two.routes:
        for method, path in product(methods_of(route), two.addresses(route, two.b.family.charity.slug, two.b.ids)):
            async with undone():
                if prepare := PREPARED.get(route.name):
                    await prepare(two.b)
                first = await hanging_on(two.b) if prepare else before
                answer = await ask(two.b.browser, method, path, fields(two.b, two.b, route))
                if method == "POST" and await hanging_on(two.b) != first:
                    changing.add(route.name)
                if method == "GET" and answer.status_code == 200 and two.b.word in said_in(answer, path):
                    saying.add(route.name)
    assert changing == two.named("POST")
    assert saying == two.named("GET")
    assert await hanging_on(two.b) == before


async def test_a_key_of_one_charity_reads_nothing_of_the_other(two: Two) -> None:
    """Whatever is asked after, since, by any name; and the other's key does read it."""
    before = await hanging_on(two.b)
    names = {
        f.alias or n for form in forms_below(Form) for n, f in form.model_fields.items() if form.__module__ == ASKED
    }
    assert names == {"after", "since", "limit"}
    afters = [{"after": str(two.b.ids[name])} for name in ("payment", "id", "fund")]
    ways = [{}, *afters, *(queries(two.b) | after for after in afters), {"charity": two.b.family.charity.slug}]
    routes = [r for r in two.site.house.starlette.routes if isinstance(r, Route) and ACCESS[r.name] == KEY]
    for side, browser in ((side, program_of(two.site, side)) for side in (two.a, two.b)):
        said = set[str]()
        for route, query in product(routes, ways):
            answer = await browser.get(route.path, params=query)
            assert answer.status_code in (200, 422), (route.path, query, answer.status_code)
            if side is two.a:
                must_say_nothing_of(two.b, answer, *query.values())
            said |= {route.name} if answer.status_code == 200 and side.word in answer.text else set()
        assert said == {route.name for route in routes}
    after = await hanging_on(two.b)
    assert {table for table in after if after[table] != before[table]} == {"api_key", "donor_look"}  # by its own key


async def test_of_what_both_share_a_desk_shows_its_own_money_alone(two: Two) -> None:
    """An event with runners of both; teams of the one, of the other and of none, with runners of both and gifts to
    themselves: on the first page, in the tables to take away, for programs."""
    fair = await make_fund(FundKind.EVENT, "Fair", slug="fair")
    of_team = {"ours": 12_00, "theirs": 3_50, "nobodys": 13_00}
    for name, charity in (("ours", two.a), ("theirs", two.b), ("nobodys", None)):
        team = await make_fund(FundKind.TEAM, name, charity=charity and charity.family.charity, event=fair)
        for side, pence in ((two.a, 350), (two.b, 9900)):
            runner = await make_fund(
                FundKind.RUNNER, f"{side.word} in {name}", charity=side.family.charity, team=team, event=fair
            )
            await side.give(runner, pence, gift_aid=True)
        for side, pence in ((two.a, 850), (two.b, 7700)):
            if charity in (side, None):
                await side.give(team, pence + 100 * (charity is None))
    await two.b.give(fair, 5500)
    await two.a.give(fair, 200)
    whole = sum(of_team.values()) + 200
    page = await two.a.browser.get(two.a.desk, params={"event": "fair"})
    must_say_nothing_of(two.b, page)
    assert f"£{whole / 100:.2f}" in words_of(page.text)
    assert amounts_in(section(page.text, "teams-title")) == ["£13", "£12", "£3.50"]
    assert "£99" not in words_of(page.text)
    rows = await two.a.table("exports/teams", event="fair")
    assert {row["name"]: float(row["raised_pounds"]) * 100 for row in rows} == of_team
    assert {(row["gift_aid_pounds"], row["gifts"]) for row in rows} == {("0.87", "2"), ("0.87", "1")}
    given = await two.a.table("exports/donors/donations", event="fair")
    assert sum(float(row["stands_pounds"]) for row in given) * 100 == whole
    told = {one["name"]: one for one in (await program_of(two.site, two.a).get("/api/v1/teams")).json()["data"]}
    assert (told["ours"]["raised_pence"], told["ours"]["members"], "theirs" in told) == (of_team["ours"], 1, False)
    await Payment.filter(id=two.b.ids["payment"]).update(payout_id=f"po_{two.a.word}", paid_out_at=datetime.now(UTC))
    assert (await two.a.table("exports/donors/payouts"))[0]["gifts"] == "1"


async def test_what_is_told_and_who_is_invited_is_each_charitys_own(two: Two) -> None:
    """No message to A's address tells of a gift for B; and B's invitation, passed on, lets nobody of A in."""
    await two.b.give(two.b.family.team, 700)
    gift = await two.a.give(two.a.family.team, 900)
    await tell_all()
    for side, told in ((two.a, True), (two.b, False)):
        bodies = [one.body for one in await Delivery.filter(endpoint_id=side.ids["endpoint"])]
        assert any(str(gift.id) in body for body in bodies) is told
        assert len([body for body in bodies if "donation.paid" in body]) == 1
    before = await hanging_on(two.b)
    invitation = await PartnerInvitation.get(id=two.b.ids["invitation"])
    token = token_from(two.site.house.settings, PURPOSE, invitation.nonce)
    assert (await two.a.browser.post(f"/partner/{token}")).status_code == 403
    assert await hanging_on(two.b) == before
    assert (await two.a.browser.get(two.b.desk)).status_code == 403


async def test_every_table_of_the_wing_has_a_row_of_the_other_charity(two: Two) -> None:
    """So that what is compared before and after holds something of each."""
    wing = {m._meta.db_table for m in Tortoise.apps[APP].values() if m.__module__.startswith("charities.")}
    assert wing - (await hanging_on(two.b)).keys() == set()
