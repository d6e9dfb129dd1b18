"""The plan, the reasons and safety, as a visitor meets them."""

import re
from html.parser import HTMLParser

import pytest

from fundraising.example.training import POINTS, REASONS, RECORDS, WEEKS
from teams.events.models import Record, Stage
from teams.events.records import race_time
from teams.training.models import Reason, TechniquePoint
from tests.conftest import Site
from tests.teams.training.making import make_event, make_weeks

DRAWN = ("shoulders", "arms", "feet", "guide")


async def make_reasons(event, *titles: str) -> None:
    """Reasons by their titles."""
    await Reason.bulk_create(
        Reason(event=event, number=n, title=title, body=f"Body of {title}.") for n, title in enumerate(titles, 1)
    )


async def test_the_plan_names_the_day_of_every_letter_and_the_week_that_it_is(site: Site) -> None:
    """Counted back from race day; one week is now."""
    event = await make_event(days=20)
    await make_weeks(event)
    for position, name in enumerate(DRAWN):
        await TechniquePoint.create(event=event, position=position, title=name, body="Do.", drawing=name)
    page = (await site.browser.get("/training")).text
    assert [int(n) for n in re.findall(r"aria-label=\"(\d) weeks? to go\"", page)] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert page.count('aria-current="step"') == 1
    assert re.search(r'class="now".*?Week 3', page, re.DOTALL)
    assert page.count('class="drawing"') == 4
    assert "Letter went out" in page
    assert 'href="/safety"' in page


async def test_while_no_letters_go_out_the_plan_names_no_days(site: Site) -> None:
    """A resting event is not this week, nor any other."""
    await make_weeks(await make_event(days=20, stage=Stage.RESTING))
    page = (await site.browser.get("/training")).text
    assert "Plan 3." in page
    assert "No letters go out at present" in page
    assert "This week" not in page
    assert 'class="small muted"' not in page


async def test_a_drawing_that_nobody_has_drawn_is_left_out(site: Site) -> None:
    """A point stands without it."""
    event = await make_event()
    await TechniquePoint.create(event=event, position=1, title="Wink", body="Do.", drawing="wink")
    page = (await site.browser.get("/training")).text
    assert "Wink" in page
    assert 'class="drawing"' not in page


@pytest.mark.parametrize(
    "path", ["/training", "/reasons", "/safety", "/sponsors", "/charity-partner", "/sponsors/sent"]
)
async def test_without_an_event_every_page_says_so(site: Site, path: str) -> None:
    """And a draft is nobody's business."""
    await make_event(stage=Stage.DRAFT)
    answer = await site.browser.get(path)
    assert answer.status_code == 200
    assert "Nothing behind us yet" in answer.text


async def test_reasons_are_found_by_their_words(site: Site) -> None:
    """In any order, in any case, in title or body, without JavaScript; signs stand for themselves."""
    event = await make_event()
    await make_reasons(event, "Your calves", "Your guide talks", "100 % of it")
    found = (await site.browser.get("/reasons", params={"q": "GUIDE your"})).text
    assert "/reasons/2" in found
    assert "/reasons/1" not in found
    assert "/reasons/3" in (await site.browser.get("/reasons", params={"q": "%"})).text
    assert "/reasons/1" not in (await site.browser.get("/reasons", params={"q": "%"})).text
    assert (await site.browser.get("/reasons")).text.count("<li id=") == 3


async def test_a_search_that_finds_nothing_says_so_and_shows_what_was_sought(site: Site) -> None:
    """As text, whatever it holds."""
    await make_reasons(await make_event(), "One")
    page = (await site.browser.get("/reasons", params={"q": "<b>\x00\u202ezebra"})).text
    assert "No reason mentions" in page
    assert "&lt;b&gt;zebra" in page
    assert "<b>zebra" not in page


async def test_while_somebody_types_only_the_list_comes(site: Site) -> None:
    """A fragment for htmx; the whole page in the cache is none of a search."""
    await make_reasons(await make_event(), "One", "Two")
    whole = (await site.browser.get("/reasons")).text
    part = (await site.browser.get("/reasons", params={"q": "two"}, headers={"hx-request": "true"})).text
    assert part.lstrip().startswith('<div id="reasons"')
    assert "One" not in part
    assert (await site.browser.get("/reasons")).text == whole


async def test_any_number_of_reasons_is_paged(site: Site) -> None:
    """A hundred at once, and the way on keeps what is sought."""
    await make_reasons(await make_event(), *(f"Reason number {n}" for n in range(1, 131)))
    first = (await site.browser.get("/reasons")).text
    assert 'href="/reasons?after=100"' in first
    assert first.count("<li id=") == 100
    assert (await site.browser.get("/reasons?after=100")).text.count("<li id=") == 30
    assert 'href="/reasons?after=100&amp;q=number"' in (await site.browser.get("/reasons?q=number")).text
    assert (await site.browser.get("/reasons?after=x")).text.count("<li id=") == 100


async def test_a_reason_has_an_address_of_its_own_to_be_shared(site: Site) -> None:
    """With its own title and description for previews."""
    await make_reasons(await make_event(), "One", "Two & a bit", "Three")
    page = (await site.browser.get("/reasons/2")).text
    assert '<meta property="og:title" content="Reason 2 to run backwards: Two &amp; a bit">' in page
    assert '<meta property="og:description" content="Body of Two &amp; a bit.">' in page
    assert '<link rel="canonical" href="http://run.test/reasons/2">' in page
    assert "https://wa.me/?text=" in page
    assert 'data-copy="http://run.test/reasons/2"' in page
    assert 'href="/reasons/1"' in page
    assert 'href="/reasons/3"' in page
    for nowhere in ("4", "0", "99999999999999999999"):
        assert (await site.browser.get(f"/reasons/{nowhere}")).status_code == 404


async def test_safety_is_what_the_organiser_wrote_with_the_course_and_whom_to_call(site: Site) -> None:
    """Headings, paragraphs, races, the organiser."""
    await make_event(safety="Mind <out>.\n\nYour guide:\nTalks.")
    page = (await site.browser.get("/safety")).text
    assert "Mind &lt;out&gt;." in page
    assert "<h2>Your guide</h2>" in page
    assert "The Mile" in page
    assert "999" in page
    assert "mailto:committee@example.org" in page


async def test_champions_and_records_stand_on_the_page_of_the_event(site: Site) -> None:
    """As the organiser wrote them; nothing while there are none."""
    event = await make_event()
    await event.fetch_related("fund")
    path = f"/events/{event.fund.slug}"
    assert "Champions" not in (await site.browser.get(path)).text
    site.house.pages.cache.forget(None)
    await Record.create(event=event, title="Course best", time_tenths=4180, remark="To be confirmed.")
    await Record.create(event=event, title="First champion", year=2010, name="G. Doherty", time_tenths=4505)
    page = (await site.browser.get(path)).text
    for said in ("6:58", "To be confirmed.", "G. Doherty", "2010", "7:30.5"):
        assert said in page


def test_a_time_is_said_as_people_say_it() -> None:
    """Hours only when there are any."""
    assert [race_time(t) for t in (0, 599, 4500, 4505, 36_000, 37_234)] == [
        "0:00",
        "0:59.9",
        "7:30",
        "7:30.5",
        "1:00:00",
        "1:02:03.4",
    ]


def test_the_example_has_what_its_pages_need() -> None:
    """Twenty reasons at least, eight weeks, four drawn points; and nothing in them promises health."""
    assert [week.weeks_before for week in WEEKS] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert tuple(point.drawing for point in POINTS) == DRAWN
    assert len(REASONS) >= 20
    assert len({reason.title for reason in REASONS}) == len(REASONS)
    promises = re.compile(r"\b(cure|heal|prevent|lose weight|treat|therap|reduces? (your )?risk|proven)", re.IGNORECASE)
    assert [r.title for r in REASONS if promises.search(r.title + r.body)] == []
    assert {record.time_tenths for record in RECORDS} == {4180, 4500, 7600}
    sizes = [(len(p.title), len(p.body)) for p in POINTS] + [(len(w.title), len(w.plan)) for w in WEEKS]
    assert all(title <= 80 and text <= 400 for title, text in sizes)


class _Ids(HTMLParser):
    """Collects ids and what refers to them."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.wanted += (given.get(name) or "").split()


@pytest.mark.parametrize("path", ["/training", "/reasons", "/safety", "/sponsors", "/charity-partner"])
async def test_every_name_on_a_page_leads_to_one_thing(site: Site, path: str) -> None:
    """No id twice, no label without its field."""
    event = await make_event()
    await make_weeks(event)
    await make_reasons(event, "One")
    found = _Ids()
    found.feed((await site.browser.get(path)).text)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.wanted) <= set(found.ids)
