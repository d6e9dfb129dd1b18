"""The organiser's desk of pots: opened by the address of a page, changed with care, closed and opened again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from fundraising.matching.adding import add_for
from fundraising.matching.forms import moment_of, typed_moment
from fundraising.matching.models import Pot
from tests.conftest import Site
from tests.fundraising.matching.making import by_gift, make_pot
from tests.looking import page_of, words_of
from tests.makers import make_family, make_gift, make_person, sign_in

PATH = "/organiser/pots"


@pytest.fixture
async def organiser(site: Site) -> httpx.AsyncClient:
    """Signed in."""
    return await sign_in(site.browser, await make_person(is_organiser=True))


def typed(page: str, **given: str) -> dict[str, str]:
    """A pot as an organiser types it."""
    return {"page": page, "sponsor": "Acme Shoes", "percent": "100", "cap": "2,000"} | given


async def test_a_pot_is_opened_by_the_address_of_a_page_and_shown_there(
    site: Site, organiser: httpx.AsyncClient
) -> None:
    """From now on: what was given before is not added to, what comes is."""
    family = await make_family()
    before = await make_gift(family.runner, family.charity, 1000)
    at = f"/teams/{family.team.slug}"
    sent = await organiser.post(f"{PATH}/new", data=typed(f"https://run.test{at}?from=chat", most_each="50"))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?said=opened")
    after = await make_gift(family.runner, family.charity, 9000)
    await add_for(None)
    pot = await Pot.get()
    assert (await by_gift(pot)) == {after.id: 5000}
    assert before.id not in await by_gift(pot)
    assert "Acme Shoes doubles every gift, up to £50 each, until £1,950 more" in words_of(await page_of(site, at))
    listed = words_of((await organiser.get(PATH)).text)
    assert "Acme Shoes" in listed
    assert "£50 of £2,000" in listed
    shown = words_of((await organiser.get(f"{PATH}/{pot.id}")).text)
    assert "owed by the sponsor £50" in shown
    assert "£90 £50" in shown


async def test_a_pot_that_began_before_it_was_opened_adds_to_what_was_given_since(
    site: Site, organiser: httpx.AsyncClient
) -> None:
    """The organiser typed it in late; what was given before it began stays as it is."""
    family = await make_family()
    gift = await make_gift(family.runner, family.charity, 1000)
    starts = typed_moment(datetime.now(UTC) - timedelta(hours=2), ZoneInfo("Europe/London"))
    await organiser.post(f"{PATH}/new", data=typed(f"/pages/{family.runner.slug}", starts=starts))
    await add_for(None)
    assert (await by_gift(await Pot.get())) == {gift.id: 1000}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"page": "/pages/nobody"}, "There is no page at that address."),
        ({"page": "uk-backward-run"}, "There is no page at that address."),
        ({"sponsor": " "}, "Please say whose pot it is"),
        ({"percent": "0"}, "Please enter a number from 1 to 1000"),
        ({"percent": "a lot"}, "Please enter a number from 1 to 1000"),
        ({"cap": "0.50"}, "A pot holds between £1 and £1,000,000."),
        ({"most_each": "0"}, "Please enter at least a penny"),
        ({"starts": "soon"}, "Please enter a day"),
        ({"starts": "2027-02-30T10:00"}, "There is no such day or time."),
        ({"starts": "2027-04-25 10:00", "ends": "2027-04-25 09:00"}, "It cannot end before it starts."),
        ({"starts": "1/1/2020", "ends": "2/1/2020"}, "That has been already."),
    ],
)
async def test_what_makes_no_sense_comes_back_with_a_sentence(
    site: Site, organiser: httpx.AsyncClient, given: dict[str, str], sentence: str
) -> None:
    """And with everything that was typed."""
    family = await make_family()
    answer = await organiser.post(f"{PATH}/new", data=typed(f"/events/{family.event.slug}") | given)
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    for value in given.values():
        assert f'value="{value.strip()}"' in answer.text
    assert not await Pot.exists()


async def test_a_pot_is_filled_up_for_gifts_to_come(site: Site, organiser: httpx.AsyncClient) -> None:
    """Never below what it has added; and whoever saves second is told."""
    family = await make_family()
    pot = await make_pot(family.event, cap_pence=500)
    first = await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    page = (await organiser.get(f"{PATH}/{pot.id}")).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    low = await organiser.post(f"{PATH}/{pot.id}", data={"cap": "4", "seen": seen})
    assert "More than that has been added to gifts already." in words_of(low.text)
    more = {"cap": "20", "seen": seen}
    assert (await organiser.post(f"{PATH}/{pot.id}", data=more)).status_code == 303
    assert (await organiser.post(f"{PATH}/{pot.id}", data=more)).status_code == 303  # the button was pressed twice
    assert (await organiser.post(f"{PATH}/{pot.id}", data={"cap": "30", "seen": seen})).status_code == 409
    second = await make_gift(family.runner, family.charity, 1000)
    await add_for(None)
    assert await by_gift(pot) == {first.id: 500, second.id: 1000}


async def test_what_is_given_while_a_pot_is_closed_is_never_added_to(site: Site, organiser: httpx.AsyncClient) -> None:
    """What was paid before gets its share first, though nobody had looked yet."""
    family = await make_family()
    pot = await make_pot(family.event)
    before = await make_gift(family.runner, family.charity, 1000)
    assert (await organiser.post(f"{PATH}/{pot.id}/close")).status_code == 303
    await make_gift(family.runner, family.charity, 2000)
    assert (await organiser.post(f"{PATH}/{pot.id}/reopen")).status_code == 303
    after = await make_gift(family.runner, family.charity, 3000)
    await add_for(None)
    assert await by_gift(pot) == {before.id: 1000, after.id: 3000}
    assert (await organiser.post(f"{PATH}/{pot.id + 1}/close")).status_code == 404


def test_moments_are_read_as_browsers_and_people_write_them() -> None:
    """And back."""
    expected = datetime(2027, 4, 25, 10, 30)
    for text in ("2027-04-25T10:30", "2027-04-25 10:30:00", "25/04/2027 10:30", "25.4.2027, 10.30"):
        assert moment_of(text) == expected
    assert moment_of(" ") is None
    assert typed_moment(datetime(2027, 4, 25, 9, 30, tzinfo=UTC), ZoneInfo("Europe/London")) == "2027-04-25T10:30"
