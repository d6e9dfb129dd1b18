"""From nothing to an open event by the organiser's forms; until then it is nobody's business."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fundraising.funds.models import Fund, FundState
from teams.events.models import Event, EventDay, Price, Question, Race, Record, Stage, Waiver
from teams.training.models import Interest
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import make_open_event
from tests.teams.events.filling_in import fields_of, must_save, organiser_of, send, set_stage

DAY = (datetime.now(UTC) + timedelta(days=100)).date()
NEW = {
    "name": "Łódź Crab Mile",
    "summary": "A mile, sideways.",
    "venue": "The quay",
    "day": DAY.isoformat(),
    "clock": "10:30",
    "places": "50",
    "organiser": "Crab Club",
    "email": "crabs@example.org",
}
DESK = "/organiser/events/lodz-crab-mile"
PUBLIC = "/events/lodz-crab-mile"
RACE = {
    "name": "The Crab",
    "kind": "timed",
    "summary": "Sideways.",
    "ranked_by": "Time",
    "distance": "1609",
    "clock": "11:00",
    "capacity": "40",
}
BELOW = (
    "",
    "/teams",
    "/donate",
    "/donate/costs",
    "/total.json",
    "/widget",
    "/live",
    "/gifts",
    "/runners",
    "/big-screen",
    "/enter",
)


async def begin(browser: httpx.AsyncClient) -> None:
    """A draft with nothing in it."""
    assert await must_save(browser, "/organiser/events/new", **NEW) == f"{DESK}?said=begun"


async def fill_in(browser: httpx.AsyncClient) -> None:
    """Words, a race, its price, the days of entry, a waiver."""
    await must_save(
        browser, f"{DESK}/basics", strapline="Go sideways", about="Crabs.", course="The quay.", target="1,500", colour="3",
        community_url="https://talk.example.org/crabs",
    )  # fmt: skip
    await must_save(browser, f"{DESK}/races/new", **RACE)
    race = await Race.get(slug="the-crab")
    await must_save(browser, f"{DESK}/prices/new?race={race.id}", name="Standard", pounds="12.50")
    await must_save(
        browser, f"{DESK}/rules", opens=(DAY - timedelta(days=120)).isoformat(), closes=(DAY - timedelta(days=6)).isoformat(),
        refund_percent="80", refund_until=(DAY - timedelta(days=14)).isoformat(),
    )  # fmt: skip
    await must_save(browser, f"{DESK}/waiver", text="I look where I go.")


async def test_an_event_is_opened_from_nothing_by_its_forms(site: Site) -> None:
    """The desk says what comes next at each step; at the end everybody sees it, and can enter."""
    browser = await organiser_of(site)
    await begin(browser)
    assert "No words about it yet" in words_of((await browser.get(DESK)).text)
    await fill_in(browser)
    await must_save(browser, f"{DESK}/questions/new", label="Which claw?", kind="choice", options="left\nright\nleft")
    await must_save(browser, f"{DESK}/records/new", title="Course best", year="2010", name="A. Crab", time="7:30.4")
    assert "Everything is here." in words_of((await browser.get(DESK)).text)

    event = await Event.get(fund__slug="lodz-crab-mile").prefetch_related("fund")
    race, price = await Race.get(event=event), await Price.get(race__event=event)
    day = await EventDay.get(event=event)
    assert (event.stage, event.fund.state, event.fund.target_pence) == (Stage.DRAFT, FundState.HIDDEN, 150_000)
    assert (day.day, day.capacity, race.day_id, race.capacity) == (DAY, 50, day.id, 40)
    assert (price.race_id, price.pence, race.distance_metres) == (race.id, 1250, 1609)
    assert (await Question.get(event=event)).options == "left\nright"
    assert (await Record.get(event=event)).time_tenths == 4504
    assert (await Waiver.get(event=event)).version == 1

    assert (await set_stage(browser, DESK, "open")).headers["location"] == f"{DESK}?said=open"
    words = words_of((await site.browser.get(PUBLIC)).text)
    assert "Łódź Crab Mile" in words
    assert "A. Crab" in words
    form = (await site.browser.get(f"{PUBLIC}/enter")).text
    assert "£12.50" in words_of(form)
    assert "Which claw?" in words_of(form)


async def test_a_draft_is_nowhere_for_anybody_else_and_everywhere_once_it_is_open(site: Site) -> None:
    """Nothing that lives below an event is there, not even from a cache; at home stands the event before it."""
    browser, plain = await organiser_of(site), await sign_in(site.browser, await make_person())
    await begin(browser)
    await fill_in(browser)
    for visitor in (site.browser, plain, browser):
        for below in BELOW:
            assert (await visitor.get(PUBLIC + below)).status_code == 404, below
        sent = await visitor.post(f"{PUBLIC}/donate", data={"amount": "25", "name": "A", "email": "a@example.org"})
        assert sent.status_code == 404
        assert "No event has been opened" in words_of((await visitor.get("/")).text)
    preview = await browser.get(f"{DESK}/preview")
    assert "Go sideways" in words_of(preview.text)
    assert preview.headers["cache-control"] == "no-store"
    assert (await site.browser.get(PUBLIC)).status_code == 404

    await set_stage(browser, DESK, "open")
    for below in BELOW:
        if below != "/live":
            assert (await site.browser.get(PUBLIC + below)).status_code == 200, below
    assert "Go sideways" in words_of((await site.browser.get("/")).text)


async def test_an_open_event_shows_at_once_what_is_changed(site: Site) -> None:
    """Its page, and the home page, which were kept as bytes a moment ago."""
    event = await make_open_event()
    browser, desk = await organiser_of(site), f"/organiser/events/{event.fund.slug}"
    for path in ("/", f"/events/{event.fund.slug}"):
        assert "Backwards" in words_of((await site.browser.get(path)).text)
    await must_save(browser, f"{desk}/basics", summary="A mile.", strapline="Sideways")
    for path in ("/", f"/events/{event.fund.slug}"):
        assert "Sideways" in words_of((await site.browser.get(path)).text)


async def test_nothing_opens_without_words_and_a_race(site: Site) -> None:
    """The sentence says what is missing, and the draft stays one."""
    browser = await organiser_of(site)
    await begin(browser)
    answer = await send(browser, f"{DESK}/stage", stage="open")
    assert answer.status_code == 422
    assert "Not yet." in words_of(answer.text)
    assert (await Fund.get(slug="lodz-crab-mile")).state is FundState.HIDDEN


async def test_an_address_is_made_from_the_name_once(site: Site) -> None:
    """A second event of that name has a number; another name later changes no address."""
    browser = await organiser_of(site)
    await begin(browser)
    again = await must_save(browser, "/organiser/events/new", **NEW | {"venue": "The other quay"})
    assert again == f"{DESK}-2?said=begun"
    await must_save(browser, f"{DESK}/basics", name="Prawn Mile", strapline="x", about="x")
    assert (await Fund.get(name="Prawn Mile")).slug == "lodz-crab-mile"
    for name, slug in (("new", "event"), ("日本", "event-2"), ("  O’Neill's  RUN!! ", "oneills-run")):
        assert (
            await must_save(browser, "/organiser/events/new", **NEW | {"name": name})
            == f"/organiser/events/{slug}?said=begun"
        )


async def test_a_form_that_is_pressed_twice_begins_one_event(site: Site) -> None:
    """The second press finds the first one's draft."""
    browser = await organiser_of(site)
    typed = fields_of((await browser.get("/organiser/events/new")).text) | NEW
    answers = [await browser.post("/organiser/events/new", data=typed) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{DESK}?said=begun"] * 2
    assert await Event.all().count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "  ", "Please give it a name."),
        ("day", "31/02/2027", "The calendar has no such day."),
        ("day", "2020-01-01", "That day has been."),
        ("day", "soon", "Please enter a day"),
        ("clock", "25:00", "Please enter a time of day"),
        ("places", "0", "Please say how many may run"),
        ("places", "1e3", "Please say how many may run"),
        ("places", "٣", "Please say how many may run"),
        ("email", "crabs", "Please enter an e-mail address"),
        ("summary", "x" * 201, "at most 200 characters"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_typed_is_lost(
    site: Site, field: str, typed: str, sentence: str
) -> None:
    """And nothing is begun."""
    answer = await send(await organiser_of(site), "/organiser/events/new", **NEW | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in words_of(answer.text)
    kept = fields_of(answer.text)
    assert {name: kept[name].strip() for name in NEW} == NEW | {field: typed.strip()}
    assert not await Event.exists()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example.org",
        "https://",
        "http://me:pw@example.org",
        'https://a.example.org/"x',
        "ftp://a.example.org",
    ],
)
async def test_a_community_has_an_address_of_the_web_or_none(site: Site, address: str) -> None:
    """What could run or mislead is refused."""
    event = await make_open_event()
    answer = await send(
        await organiser_of(site),
        f"/organiser/events/{event.fund.slug}/basics",
        summary="A mile.",
        community_url=address,
    )
    assert answer.status_code == 422
    assert "Please enter a whole address" in words_of(answer.text)


async def test_resting_and_cancelled_say_why_and_what_it_means_for_who_has_entered(site: Site) -> None:
    """First said, then done; the page repeats the reason."""
    event = await make_open_event()
    browser, desk = await organiser_of(site), f"/organiser/events/{event.fund.slug}"
    bare = await send(browser, f"{desk}/stage", stage="cancelled", notice=" ")
    assert bare.status_code == 422
    assert "Please say why" in words_of(bare.text)
    asked = await send(browser, f"{desk}/stage", stage="cancelled", notice="The park is flooded.")
    assert "Nobody has entered yet." in words_of(asked.text)
    assert (await Event.get(id=event.id)).stage is Stage.OPEN
    await set_stage(browser, desk, "cancelled", "The park is flooded.")
    assert (await Event.get(id=event.id)).stage is Stage.CANCELLED
    assert "The park is flooded." in words_of((await site.browser.get(f"/events/{event.fund.slug}")).text)


async def test_who_wants_to_hear_gets_one_letter_when_it_opens(site: Site) -> None:
    """In the transaction that opens it."""
    event = await make_open_event(stage=Stage.RESTING, notice="Next year.")
    browser = await organiser_of(site)
    await Interest.create(event=event, email="keen@example.org")
    await set_stage(browser, f"/organiser/events/{event.fund.slug}", "open")
    await site.work()
    kept = site.house.doors.office.kept()
    assert [letter for letter in kept if b"keen@example.org" in letter.read_bytes()] != []
    assert (await Interest.get(event=event)).told_at is not None


async def test_a_published_event_is_never_a_draft_again(site: Site) -> None:
    """Nor is any other word taken for a stage."""
    event = await make_open_event()
    for stage in ("draft", "open", "ajar", ""):
        path = f"/organiser/events/{event.fund.slug}/stage"
        answer = await send(await organiser_of(site), path, stage=stage)
        assert answer.status_code == 422, stage
    assert (await Event.get(id=event.id)).stage is Stage.OPEN
