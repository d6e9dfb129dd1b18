"""Posters, sponsor forms and badges: one page each, whatever stands on it, in the letters of whoever runs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from fundraising.errors import Unavailable
from fundraising.funds.addresses import Seen
from fundraising.funds.models import FundKind
from fundraising.pages import faces, printing, wording
from fundraising.pages.papers import About, EventDay, badge, badge_html, poster, sponsor_form
from fundraising.pages.printing import Paper, Press, press
from fundraising.settings import Settings
from fundraising.web.static import folder

NAMES = {
    "latin": "Ada Łukasiewicz-Nguyễn",
    "greek": "Ὀδυσσεὺς Παπαδόπουλος",
    "cyrillic": "Дмитрий Шостакович",
    "arabic": "محمد عبد الله",
    "hebrew": "דוד בן־גוריון",
    "devanagari": "राजेश कुमार",
    "bengali": "কাজী নজরুল",
    "gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "tamil": "முத்துவேல்",
    "thai": "สมชาย ใจดี",
    "chinese": "王小明",
    "japanese": "たなか さくら",
    "korean": "김철수",
    "georgian": "გიორგი",
    "pictographs": "Sam 🏃 Sample",
}
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen"
PLAIN = Seen(
    1, FundKind.RUNNER, "ada", "Ada Example", "Because I can.", "gbp", 50_000, 1_250, 0, 1, 1, "open", "", 1, None, None,
    None, None, None,
)  # fmt: skip
CHARITY = replace(PLAIN, id=2, kind=FundKind.CHARITY, slug="second-wind", name="Second Wind")
ABOUT = About(
    PLAIN, CHARITY, None, EventDay(datetime(2027, 4, 25, 9, 30, tzinfo=UTC), "Heaton Park"), "Register: 1", "The Mile"
)


def named(name: str) -> About:
    """Somebody with another name."""
    return replace(ABOUT, fund=replace(PLAIN, name=name))


def photo() -> bytes:
    """As pictures are kept."""
    out = BytesIO()
    Image.new("RGB", (640, 640), "#0a7").save(out, "WEBP")
    return out.getvalue()


def on_one_page(paper: Paper) -> bytes:
    """The paper as a picture; of several pages there would be several."""
    made = press(replace(paper, form="png"))
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_set_in_its_own_letters(settings: Settings, script: str) -> None:
    """Whole, with no letter lacking; other names make other papers."""
    assert faces.printable(NAMES[script]) == NAMES[script]
    plain = on_one_page(badge(settings, ABOUT, "png"))
    assert on_one_page(badge(settings, named(NAMES[script]), "png")) != plain


def test_what_runs_from_right_to_left_is_told_to_the_typesetter() -> None:
    """By its first letter; digits and spaces have no direction."""
    assert faces.set_in(NAMES["arabic"])["rtl"] is True
    assert faces.set_in("3 " + NAMES["hebrew"])["rtl"] is True
    assert faces.set_in("Ada " + NAMES["hebrew"])["rtl"] is False


def test_a_name_with_a_letter_that_no_face_has_is_not_printed_by_halves(settings: Settings) -> None:
    """Words of the house stand in its place."""
    runic = "ᚠᚢᚦ Ada"
    assert faces.printable(runic) == ""
    assert b"Running backwards" in poster(settings, named(runic)).facts


@pytest.mark.parametrize("name", [LONG, "Ada Example " * 6, "M" * 80, "王" * 80, ""], ids=len)
def test_the_longest_name_stays_on_one_page(settings: Settings, name: str) -> None:
    """So do the longest line of why, and the longest address."""
    fund = replace(PLAIN, name=name, summary="w" * 200, slug="x" * 60)
    about = replace(ABOUT, fund=fund, charity=replace(CHARITY, name="C" * 80), challenge="Y" * 80)
    for paper in (poster(settings, about), sponsor_form(settings, about), badge(settings, about, "png")):
        on_one_page(paper)


def test_what_a_runner_typed_is_never_read_as_markup(settings: Settings) -> None:
    """Not by the typesetter either."""
    odd = '#panic("x") $x$ *b* <label> @ref `raw` \\ "quoted"'
    for paper in (poster(settings, named(odd)), sponsor_form(settings, named(odd)), badge(settings, named(odd), "svg")):
        press(paper)
    assert '"><script>' not in badge_html(replace(PLAIN, name='"><script>'), "https://run.test/pages/ada")


def test_the_form_holds_what_hmrc_asks_for(settings: Settings) -> None:
    """The whole declaration with its version, the charity and its number, thirteen rows."""
    facts = sponsor_form(settings, ABOUT).facts.decode()
    for told in (wording.SPONSOR_FORM, wording.SPONSOR_FORM_VERSION, "Second Wind", "Register: 1"):
        assert told in facts
    template = (folder("templates") / "fundraising/pages/print/form.typ").read_text()
    for column in ("Full name", "Home address", "Postcode", "Amount", "Gift Aid? ✓", "Date paid"):
        assert column in template.replace("*", "")


def test_a_poster_says_no_total_and_shows_a_photo_but_of_a_child_none(settings: Settings) -> None:
    """Paper does not move."""
    fund = replace(PLAIN, picture_id="a" * 32)
    shown = poster(settings, replace(ABOUT, fund=fund))
    assert shown.picture_id == fund.picture_id
    assert b"12.50" not in shown.facts
    assert poster(settings, replace(ABOUT, fund=fund, is_child=True)).picture_id is None
    assert press(shown, photo()) != press(shown)
    assert press(shown).startswith(b"%PDF-1.")


def test_the_same_facts_are_the_same_paper(settings: Settings) -> None:
    """To the byte; another total is another badge, with another tag."""
    one, again = badge(settings, ABOUT, "png"), badge(settings, ABOUT, "png")
    assert (one.tag, press(one)) == (again.tag, press(again))
    other = badge(settings, replace(ABOUT, fund=replace(PLAIN, raised_pence=2_000)), "png")
    assert other.tag != one.tag


async def test_what_takes_too_long_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits is told so."""

    async def slow(_: Paper) -> bytes:
        await asyncio.sleep(60)
        return b""

    monkeypatch.setattr(printing, "_make", slow)
    monkeypatch.setattr(printing, "MOST_SECONDS", 0.01)
    with pytest.raises(Unavailable):
        await Press().get(poster(settings, ABOUT))


def test_the_face_for_paper_is_that_of_the_pages() -> None:
    """The same letters, in the format that the typesetter reads."""
    shown, printed = (TTFont(folder("static") / "fonts" / f"display.{end}") for end in ("woff2", "ttf"))
    assert shown.getBestCmap() == printed.getBestCmap()
    assert {name: shown["hmtx"][name] for name in shown.getGlyphOrder()} == dict(printed["hmtx"].metrics)
