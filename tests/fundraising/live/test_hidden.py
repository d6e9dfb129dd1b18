"""A private team, and a child's page that nobody has agreed to, are named nowhere; the sums add up all the same."""

import asyncio

import asyncpg
import orjson
import pytest

from fundraising.funds.counting import CHANNEL, announce_above
from fundraising.funds.models import Fund, FundKind, FundState, Picture
from fundraising.funds.moving import move_fund
from fundraising.live import snapshot
from fundraising.live.hub import Viewer
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.looking import page_of, rows_of, words_of
from tests.makers import Family, make_family, make_fund, make_gift, make_person, sign_in

MARKERS = ("Xylophage", "xylophage", "Quokkabrook", "quokkabrook", "Zedoary", "f00df00d", "Wherryman")
PUBLIC = (
    "/", "/events/{event}", "/events/{event}/teams", "/events/{event}/big-screen", "/events/{event}/widget",
    "/events/{event}/runners", "/events/{event}/runners?alone=1", "/events/{event}/runners?q=Quokka",
    "/events/{event}/gifts", "/events/{event}/total.json", "/teams/{team}", "/teams/{team}/runners",
    "/teams/{team}/gifts", "/teams/{team}/widget", "/teams/{team}/total.json", "/teams/{team}/history",
    "/charities/{charity}", "/charities/{charity}/runners", "/charities/{charity}/gifts",
    "/charities/{charity}/widget", "/charities/{charity}/total.json", "/charities", "/pages/{runner}",
    "/pages/{runner}/gifts", "/pages/{runner}/widget", "/pages/{runner}/donate", "/events/{event}/donate",
    "/events/{event}/enter", "/teams/{team}/donate",
)  # fmt: skip


@pytest.fixture
async def family(site: Site) -> Family:
    """A runner in a private team, a child nobody has agreed to in a public one, each with gifts and words."""
    made = await make_family(name="Open Olive")
    picture = await Picture.create(id="f00df00d" * 4, width=9, large=b"l", medium=b"m", small=b"s")
    secret = {"summary": "Zedoary", "picture": picture, "event": made.event, "charity": made.charity}
    hidden = await make_fund(FundKind.TEAM, "Xylophage", slug="xylophage", **secret)
    child = await make_fund(FundKind.RUNNER, "Quokkabrook", slug="quokkabrook", team=made.team, **secret)
    said = {"name": "Wherryman", "message": "Go, Quokkabrook of Xylophage!"}
    await make_gift(hidden, made.charity, 700, **said)
    await make_gift(child, made.charity, 90, **said)
    await make_gift(made.runner, made.charity, 1000, name="Open Giver")
    async with transaction() as moving:
        await move_fund(moving, made.runner.id, hidden.id)
        await move_fund(moving, child.id, hidden.id)
        await move_fund(moving, child.id, made.team.id)
    await Fund.filter(id__in=[hidden.id, child.id]).update(state=FundState.HIDDEN)
    return made


async def test_what_is_hidden_is_named_on_no_page(site: Site, family: Family) -> None:
    """Not by name, address, picture or line; nor by the words of who gave there."""
    slugs = {"event": family.event.slug, "team": family.team.slug, "charity": family.charity.slug}
    hidden = await Fund.filter(state=FundState.HIDDEN).values_list("id", flat=True)
    for path in PUBLIC:
        source = await page_of(site, path.format(**slugs, runner=family.runner.slug))
        source = source.replace('value="Quokka"', "").replace("<bdi>Quokka</bdi>", "")  # what was typed
        for marker in MARKERS:
            assert marker not in source, (path, marker)
        for fund_id in hidden:
            for sign in (
                f'id="row-{fund_id}"',
                f'id="team-{fund_id}"',
                f'data-fund="{fund_id}"',
                f"&#34;{fund_id}&#34;",
            ):
                assert sign not in source, (path, sign)


async def test_nor_in_a_live_message(site: Site, family: Family) -> None:
    """The stream sends the same fragment; the figures beside it are of those whom everybody may see."""
    for fund in family.all:
        sent = b""

        async def send(message: dict[str, object]) -> None:
            nonlocal sent
            sent += message["body"]  # type: ignore[operator]

        await site.house.hub.join(viewer := Viewer(fund.id, send))  # type: ignore[arg-type]
        site.house.hub.leave(viewer)
        text = sent.decode()
        assert 'id="live"' in text
        for marker in MARKERS:
            assert marker not in text, (fund.kind, marker)
    taken = await snapshot.take(family.event.id)
    assert taken
    hidden = await Fund.filter(state=FundState.HIDDEN).values_list("id", flat=True)
    assert not {str(fund_id) for fund_id in hidden} & taken.figures.keys()


async def test_a_stream_that_was_open_when_its_fund_was_hidden_hears_no_more(site: Site) -> None:
    """What it knew then it keeps; nothing new is told."""
    family = await make_family()
    heard = asyncio.Event()

    async def send(_message: dict[str, object]) -> None:
        heard.set()

    hub = site.house.hub
    await hub.join(viewer := Viewer(family.team.id, send))  # type: ignore[arg-type]
    assert heard.is_set()
    await Fund.filter(id=family.team.id).update(state=FundState.HIDDEN)
    hub.changed([family.team.id])
    assert await hub.message(family.team.id) is None
    hub.leave(viewer)


async def test_the_rows_still_make_the_total(site: Site, family: Family) -> None:
    """Hidden ones stand together in one line, without a link."""
    event = rows_of(await page_of(site, f"/events/{family.event.slug}"))
    assert event == [
        (family.team.name, "£0.90"),
        ("1 private team", "£17"),
        ("Given to the event itself", "£0"),
        ("Together", "£17.90"),
    ]
    team = rows_of(await page_of(site, f"/teams/{family.team.slug}"))
    assert team == [("1 private page", "£0.90"), ("Given to the team itself", "£0"), ("Together", "£0.90")]
    charity = rows_of(await page_of(site, f"/charities/{family.charity.slug}"))
    assert charity == [
        ("Open Olive", "£10"),
        ("1 private page", "£0.90"),
        ("Given to teams, to events or straight to the charity", "£7"),
        ("Together", "£17.90"),
    ]
    for path, said in (
        (f"/events/{family.event.slug}/teams", "1 private team £17"),
        (f"/events/{family.event.slug}/runners", "1 private page £0.90"),
        (f"/events/{family.event.slug}/gifts", "Somebody kind to a private team £7"),
        (f"/teams/{family.team.slug}/gifts", "Somebody kind to a private page £0.90"),
    ):
        assert said in words_of(await page_of(site, path)), path


async def test_a_name_that_is_hidden_is_not_found_by_looking_for_it(site: Site, family: Family) -> None:
    """An answer to a guess would be an answer."""
    for sought in ("Quokkabrook", "nobody at all"):
        words = words_of(await page_of(site, f"/events/{family.event.slug}/runners?q={sought}"))
        assert "Nobody here is called" in words
        assert "private" not in words


async def test_a_page_does_not_name_the_private_team_that_it_counts_for(site: Site, family: Family) -> None:
    """Nor say that there is one."""
    words = words_of(await page_of(site, f"/pages/{family.runner.slug}"))
    assert "The team" not in words
    assert "· Team" not in words


async def test_the_address_of_what_is_hidden_is_that_of_nothing(site: Site, family: Family) -> None:
    """All of them below it, too."""
    for place, slug in (("teams", "xylophage"), ("pages", "quokkabrook")):
        for below in ("", "/live", "/widget", "/total.json", "/gifts", "/donate", "/donate/costs"):
            assert (await site.browser.get(f"/{place}/{slug}{below}")).status_code == 404, (place, below)
    for below in ("/runners", "/history"):
        assert (await site.browser.get(f"/teams/xylophage{below}")).status_code == 404


async def test_who_gave_sees_that_they_gave_and_not_to_whom(site: Site, family: Family) -> None:
    """A place may have been handed to a child since."""
    browser = await sign_in(site.browser, await make_person("ada@example.org"))
    words = words_of((await browser.get("/account")).text)
    assert "A private page" in words
    assert "A private team" in words
    assert "Quokkabrook" not in words


async def test_the_total_of_a_hidden_fund_is_in_no_json(site: Site, family: Family) -> None:
    """Only in the sums of those above."""
    answer = await site.browser.get(f"/events/{family.event.slug}/total.json")
    assert orjson.loads(answer.content)["raised_pence"] == 1790


async def test_who_watches_anything_above_is_told_when_a_name_is_hidden(own_database: str) -> None:
    """The row disappears from every open page at once."""
    family = await make_family()
    heard: list[str] = []
    listening = await asyncpg.connect(own_database)
    await listening.add_listener(CHANNEL, lambda *told: heard.append(str(told[-1])))
    async with transaction() as telling:
        await announce_above(telling, family.runner.id)
    await listening.fetchval("select 1")
    await listening.close()
    assert heard == [",".join(map(str, sorted(fund.id for fund in family.all)))]
