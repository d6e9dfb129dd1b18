"""The picture that goes along when a page is passed on: right, new with every total, and of nobody who is not to be seen."""

import asyncio
import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from fundraising.funds.addresses import get_fund, path_of
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.funds.pictures import add_picture
from fundraising.live import preview, preview_card
from fundraising.live.preview import NAMELESS, Previews, card_of
from fundraising.live.preview_card import NAME_HIGH, WORDS_WIDE, PreviewCard, draw, drawable, length, set_name
from fundraising.pages.models import PledgePage
from tests.conftest import Site
from tests.makers import make_family, make_fund, make_gift

CARD = PreviewCard("The Run", "Ada Ahead", "A", "£12", "raised of £20", 0.6, 1)
LONG = "The Extraordinarily Long-Winded Didsbury and Chorlton Reverse Athletics Society X"


def seen_in(body: bytes) -> Image.Image:
    """A picture that can be decoded, of the size that the networks ask for, with nothing written beside its pixels."""
    picture = Image.open(BytesIO(body))
    picture.load()
    assert (picture.format, picture.size, picture.info) == ("PNG", (1200, 630), {})
    return picture


async def test_every_kind_of_fund_has_a_picture_that_moves_with_its_total(site: Site) -> None:
    """Another tag, other pixels; known, it is answered in no bytes; HEAD says how long it is."""
    family = await make_family(target_pence=50_000)
    paths = [f"{path_of(fund.kind, fund.slug)}/preview.png" for fund in family.all]
    before = [await site.browser.get(path) for path in paths]
    await make_gift(family.runner, family.charity, 2500)
    for path, first in zip(paths, before, strict=True):
        now = await site.browser.get(path)
        assert (now.status_code, now.headers["content-type"]) == (200, "image/png")
        assert now.headers["cache-control"] == "public, max-age=300"
        assert now.headers["cross-origin-resource-policy"] == "cross-origin"
        assert now.headers["etag"] != first.headers["etag"]
        assert seen_in(now.content).tobytes() != seen_in(first.content).tobytes()
        assert len(now.content) < 300_000
        known = await site.browser.get(path, headers={"if-none-match": now.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        head = await site.browser.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(now.content))


async def test_what_is_hidden_has_no_picture(site: Site) -> None:
    """Nor has what does not exist."""
    family = await make_family()
    await Fund.filter(id=family.team.id).update(state=FundState.HIDDEN)
    for path in (f"/teams/{family.team.slug}", "/teams/nobody", "/pages/nobody", "/charities/nobody", "/events/nobody"):
        assert (await site.browser.get(f"{path}/preview.png")).status_code == 404


async def test_a_page_names_its_picture_with_the_version_of_its_total(site: Site) -> None:
    """Other pages keep the one of the house; a child's page names none."""
    family = await make_family(target_pence=50_000)
    await make_gift(family.runner, family.charity, 2500)
    for fund in family.all:
        path = path_of(fund.kind, fund.slug)
        source = (await site.browser.get(path)).text
        assert f'og:image" content="http://run.test{path}/preview.png?v=1"' in source
        assert '<meta property="og:image:width" content="1200">' in source
        assert f'og:image:alt" content="{fund.name}: £25 raised' in source
    for path in ("/fees", "/charities", f"/events/{family.event.slug}/teams"):
        assert re.search(
            r'og:image" content="http://run.test/static/share\.\w+\.png"', (await site.browser.get(path)).text
        )
    await PledgePage.filter(fund=family.runner).update(is_child=True)
    site.house.pages.cache.forget(None)
    assert "og:image" not in (await site.browser.get(path_of(family.runner.kind, family.runner.slug))).text


async def test_of_a_child_neither_name_nor_face_is_drawn(site: Site) -> None:
    """Two children cannot be told apart; a page that nobody looks after is held to be one."""
    family = await make_family(name="Karl Kidd")
    photo = BytesIO()
    Image.new("RGB", (200, 200), "#c8371b").save(photo, "PNG")
    await Fund.filter(id=family.runner.id).update(picture=await add_picture(photo.getvalue(), "Karl"))
    other = await make_fund(FundKind.RUNNER, "Wendy Wee", event=family.event, charity=family.charity)
    shown = (await site.browser.get(f"/pages/{family.runner.slug}/preview.png")).content
    await PledgePage.filter(fund=family.runner).update(is_child=True)
    both = [(await site.browser.get(f"/pages/{fund.slug}/preview.png")).content for fund in (family.runner, other)]
    assert both[0] == both[1] != shown
    card = card_of(await get_fund(FundKind.RUNNER, family.runner.slug), None, nameless=True)
    assert (card.title, card.letter, card.picture_id) == (NAMELESS[FundKind.RUNNER], "", None)


async def test_a_hidden_event_is_not_named_on_the_picture_of_who_runs_in_it(site: Site) -> None:
    """The name of the house stands there."""
    family = await make_family()
    await Fund.filter(id=family.event.id).update(name="Secret Sprint")
    path = f"/pages/{family.runner.slug}/preview.png"
    named = (await site.browser.get(path)).headers["etag"]
    await Fund.filter(id=family.event.id).update(state=FundState.HIDDEN)
    assert (await site.browser.get(path)).headers["etag"] != named


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Zoë Ångström-Łódź", "Zoë Ångström-Łódź"),
        ("Zoe\u0308", "Zoë"),
        ("O’Neill & Daughters", "O’Neill & Daughters"),
        ("Anna 🏃‍♀️ Behind", "Anna Behind"),
        ("  two \n  lines ", "two lines"),
        ("ليلى", ""),
        ("山田 Ann", ""),
        ("Ţepeş", ""),
        ("\u202egniht", "gniht"),
        ("🏃🏃", ""),
    ],
)
def test_a_name_is_drawn_whole_or_not_at_all(name: str, drawn: str) -> None:
    """Never a box in place of a letter, never half a name; pictographs are left out."""
    assert drawable(name) == drawn


@pytest.mark.parametrize(
    "title", ["W" * 80, LONG, "A", "i " * 40, "Wilhelmina Featherstonehaugh-Cholmondeley", "—" * 80]
)
def test_no_name_is_wider_or_higher_than_its_place(title: str) -> None:
    """It shrinks, then it wraps, a word is parted if it must be; of a name that the database takes nothing is cut."""
    size, lines = set_name(title.strip())
    assert all(length(line, size) <= WORDS_WIDE for line in lines)
    assert len(lines) * size * 1.06 <= NAME_HIGH
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")


def test_what_is_longer_still_ends_in_dots() -> None:
    """The page has the whole of it."""
    _, lines = set_name("Backwards " * 60)
    assert lines[-1].endswith("…")


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        replace(CARD, part=None, caption="raised so far"),
        replace(CARD, part=0, raised="£0"),
        replace(CARD, part=1),
        replace(CARD, raised="£12,345,678.90", caption="raised of £98,765,432.10", band="The Long Run " * 9),
        replace(CARD, title=LONG, letter=""),
        replace(CARD, colour=11, title="W" * 80),
    ],
)
def test_whatever_is_on_it_the_edge_of_the_sheet_stays_clear(card: PreviewCard) -> None:
    """Nothing runs over the race number's right side, where long words would."""
    picture = seen_in(draw(card))
    for x in (1140, 1190):
        column = [picture.getpixel((x, y)) for y in range(140, 480)]
        assert all(min(pixel) > 190 for pixel in column), x  # type: ignore[type-var]


@pytest.mark.usefixtures("database")
async def test_a_crowd_has_it_drawn_once_and_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """One at a time, so that pages beside it stay quick."""
    drawn: list[str] = []

    def slow(card: PreviewCard, _picture: bytes | None) -> bytes:
        drawn.append(card.raised)
        return card.raised.encode()

    monkeypatch.setattr(preview, "draw", slow)
    previews = Previews(most=2)
    assert set(await asyncio.gather(*(previews.get(CARD) for _ in range(40)))) == {b"\xc2\xa312"}
    for raised in ("£13", "£14", "£13"):
        await previews.get(replace(CARD, raised=raised))
    assert drawn == ["£12", "£13", "£14"]
    await previews.get(CARD)
    assert drawn == ["£12", "£13", "£14", "£12"]


async def test_a_picture_that_could_not_be_drawn_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is told to who asked, and not remembered."""
    previews, tries = Previews(), []

    def fail_once(*_: object) -> bytes:
        tries.append("tried")
        if len(tries) == 1:
            raise OSError("no face")
        return b"drawn"

    monkeypatch.setattr(preview, "draw", fail_once)
    with pytest.raises(OSError, match="no face"):
        await previews.get(CARD)
    assert await previews.get(CARD) == b"drawn"


def test_the_colours_are_those_of_the_style_sheet() -> None:
    """Each of the twelve teams, with its text colour."""
    sheet = (preview_card.folder("static") / "fundraising.css").read_text()
    told = {
        int(number): (colour, "#ffffff" if on == "#fff" else on)
        for number, colour, on in re.findall(r"\.c(\d+) \{ --c: (#\w+); --on-c: (#\w+) \}", sheet)
    }
    assert told == dict(enumerate(preview_card.TEAMS))
