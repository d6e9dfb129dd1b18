"""Home, the event and its teams: the day, the races, everything raised, and what stands there before there is any."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fundraising.funds.models import Fund, FundKind, FundState
from teams.events.models import Event, Race, RaceKind
from tests.conftest import Site
from tests.looking import (
    must_be_for_everybody,
    must_not_be_found,
    must_refuse_gifts,
    page_of,
    rows_of,
    section,
    words_of,
)
from tests.makers import make_family, make_fund, make_gift

SUMMER = datetime(2031, 7, 6, 9, 30, tzinfo=UTC)


async def make_event(name: str, starts_at: datetime, **given: str) -> Fund:
    """An event that nobody has entered."""
    fund = await make_fund(FundKind.EVENT, name, target_pence=500_000)
    told: dict[str, Any] = {
        "strapline": "Face where you have been",
        "venue": "A park",
        "about": "It is run.",
        "course": "It is round.",
        "organiser": "Some Body",
        "organiser_email": "hello@example.org",
    }
    await Event.create(fund=fund, starts_at=starts_at, **told | given)
    return fund


async def test_the_event_says_what_when_where_and_by_whom(site: Site) -> None:
    """The hour in the zone of the site, summer time included."""
    fund = await make_event("Backward Mile", SUMMER, about="One.\n\nTwo.", community_url="https://talk.example.org/")
    source = await page_of(site, f"/events/{fund.slug}")
    words = words_of(source)
    assert "<title>Backward Mile, Sunday 6 July 2031</title>" in source
    assert "<h1>Backward Mile</h1>" in source
    assert "Face where you have been" in words
    assert "Sunday 6 July 2031, 10:30 A park" in words
    assert 'datetime="2031-07-06T10:30+01:00"' in source
    assert "<p>One.</p><p>Two.</p>" in source
    assert "It is round." in words
    assert "Some Body. Write to hello@example.org" in words
    assert 'href="https://talk.example.org/"' in source
    assert "£0 raised of £5,000" in words


async def test_races_stand_in_their_order_each_with_start_distance_and_rank(site: Site) -> None:
    """A mile is called a mile."""
    fund = await make_event("Backward Mile", SUMMER)
    day = await Event.get(fund=fund)
    for position, (slug, name, metres) in enumerate((("fun", "Fun Run", 400), ("mile", "The Mile", 1609))):
        await Race.create(
            event=day, slug=slug, name=name, kind=RaceKind.FUN, summary=f"About {slug}.", ranked_by="Smiles",
            distance_metres=metres, starts_at=SUMMER + timedelta(hours=position), position=9 - position,
        )  # fmt: skip
    races = words_of("<body" + section(await page_of(site, f"/events/{fund.slug}"), "races-title"))
    assert "The Mile About mile. Starts 11:30 Distance 1 mile Ranked by Smiles" in races
    assert "Fun Run About fun. Starts 10:30 Distance 400 metres Ranked by Smiles" in races
    assert races.index("The Mile") < races.index("Fun Run")


async def test_teams_loners_and_own_gifts_make_the_total(site: Site) -> None:
    """And nothing is counted twice."""
    family = await make_family(name="Ben Behind")
    loners = [
        await make_fund(FundKind.RUNNER, f"Loner {number}", event=family.event, charity=family.charity)
        for number in range(2)
    ]
    for fund, pence in ((family.runner, 5000), (family.team, 700), (loners[0], 60), (family.event, 8)):
        await make_gift(fund, family.charity, pence, gift_aid=fund is family.runner)
    source = await page_of(site, f"/events/{family.event.slug}")
    assert rows_of(source) == [
        (family.team.name, "£57"),
        ("2 runners without a team", "£0.60"),
        ("Given to the event itself", "£0.08"),
        ("Together", "£57.68"),
    ]
    assert "Gift Aid, estimated + £12.50" in words_of(source)
    running = section(source, "runners-title")
    assert [name for name in ("Ben Behind", "Loner 0", "Loner 1") if name in running] == [
        "Ben Behind", "Loner 0", "Loner 1",
    ]  # fmt: skip
    assert running.index("Ben Behind") < running.index("Loner 0")
    assert f'href="/charities/{family.charity.slug}"' in section(source, "charities-title")


async def test_what_is_hidden_is_hidden_on_the_event_and_at_home_too(site: Site) -> None:
    """Whatever page could show it."""
    family = await make_family()
    await make_gift(
        family.runner, family.charity, 4321, name="Hilda Hidden", message="Hush", hide_name=True, hide_amount=True
    )
    await make_gift(family.runner, family.charity, 100_000, name="Olga Open")
    for path in ("/", f"/events/{family.event.slug}", f"/events/{family.event.slug}/teams"):
        source = await page_of(site, path)
        assert "Hilda" not in source
        assert "£43.21" not in source
        if not path.endswith("/teams"):
            assert "Somebody kind" in section(source, "gifts-title")
            assert "Olga Open" in source


async def test_the_list_of_teams_is_by_amount_and_has_a_sentence_while_it_is_empty(site: Site) -> None:
    """Every team of this event and of no other."""
    family, other = await make_family(), await make_family(account=None)
    rich = await make_fund(FundKind.TEAM, "Rich", event=family.event, charity=family.charity)
    await make_gift(rich, family.charity, 9900)
    ladder = await page_of(site, f"/events/{family.event.slug}/teams")
    words = words_of(ladder)
    assert ladder.index("<bdi>Rich</bdi>") < ladder.index(f"<bdi>{family.team.name}</bdi>")
    assert "£99" in words
    assert other.team.name not in words
    empty = await make_event("Empty", SUMMER)
    assert "No team has entered yet." in words_of(await page_of(site, f"/events/{empty.slug}/teams"))


async def test_home_is_the_next_event_then_the_last_one(site: Site) -> None:
    """Before there is any, a sentence; on the day itself, the event of that day."""
    assert "No event has been opened on this site." in words_of(await page_of(site, "/"))
    now = datetime.now(UTC)
    for name, at, shown in (
        ("Long Gone", now - timedelta(days=400), "Long Gone"),
        ("Just Gone", now - timedelta(days=30), "Just Gone"),
        ("Gone Between", now - timedelta(days=60), "Just Gone"),
        ("Far Off", now + timedelta(days=300), "Far Off"),
        ("Near", now + timedelta(days=20), "Near"),
        ("Later", now + timedelta(days=30), "Near"),
        ("Under Way", now - timedelta(hours=3), "Under Way"),
    ):
        await make_event(name, at)
        site.house.pages.cache.forget(None)
        assert (await page_of(site, "/")).partition("<title>")[2].startswith(f"{shown}:")


async def test_home_and_event_count_the_days(site: Site) -> None:
    """In the zone of the site, until it has been run."""
    noon = datetime.now(ZoneInfo("Europe/London")).replace(hour=12)
    for days, words in ((20, "20 days to go"), (1, "Tomorrow"), (0, "Today"), (-3, "It has been run")):
        fund = await make_event(f"In {days} days", noon + timedelta(days=days))
        assert words in words_of(await page_of(site, f"/events/{fund.slug}"))


async def test_home_has_a_sentence_before_anybody_runs(site: Site) -> None:
    """And a face for each who does, afterwards."""
    await make_event("Backward Mile", datetime.now(UTC) + timedelta(days=9))
    words = words_of(await page_of(site, "/"))
    assert "The first runners will stand here with their backs to you." in words
    assert "Nobody has given yet." in words
    assert "£0 raised of £5,000" in words


async def test_names_with_markup_are_text(site: Site) -> None:
    """Of the event, its races, its runners and its charities."""
    nasty = "<script>alert(1)</script>"
    family = await make_family(name=nasty, summary=nasty)
    await Fund.all().update(name=nasty, summary=nasty)
    await Event.all().update(strapline=nasty, venue=nasty, about=nasty, course=nasty, organiser=nasty)
    await Race.all().update(name=nasty, summary=nasty, ranked_by=nasty)
    for path, most in (("/", 8), (f"/events/{family.event.slug}", 10), (f"/events/{family.event.slug}/teams", 4)):
        source = await page_of(site, path)
        assert "<script>" not in source
        assert source.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= most, path


async def test_home_event_and_teams_are_for_everybody(site: Site) -> None:
    """No cookie; a tag; 304."""
    family = await make_family()
    for path in ("/", f"/events/{family.event.slug}", f"/events/{family.event.slug}/teams"):
        await must_be_for_everybody(site, path)


async def test_nothing_lives_at_an_odd_address(site: Site) -> None:
    """Nor at that of a team, nor below an event that is not there."""
    family = await make_family()
    for path in (f"/events/{family.team.slug}", "/events/nobody/teams", "/events/nobody/big-screen", "/events"):
        assert (await site.browser.get(path)).status_code == 404
    await must_not_be_found(site, "events")


async def test_a_closed_event_says_so_here_and_at_home(site: Site) -> None:
    """Its pages stay."""
    fund = await make_event("Backward Mile", datetime.now(UTC) + timedelta(days=9))
    await Fund.filter(id=fund.id).update(state=FundState.CLOSED, closed_because="It rained for a week.")
    await must_refuse_gifts(site, f"/events/{fund.slug}", "It rained for a week.")
    assert "It rained for a week." in words_of(await page_of(site, "/"))
