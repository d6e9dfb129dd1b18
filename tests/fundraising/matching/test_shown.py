"""What visitors see of a pot: on every page below it, on the stream within two seconds, before and after they give."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund, FundState
from fundraising.live.hub import Viewer
from fundraising.matching.adding import add_for
from fundraising.matching.models import Pot
from fundraising.payments.batch import take_in
from tests.conftest import Site
from tests.fundraising.matching.making import make_pot
from tests.looking import page_of, words_of
from tests.makers import arrival, make_family, make_gift, refund_of


async def test_every_page_that_a_pot_is_for_shows_how_much_is_left(site: Site) -> None:
    """Of the fund itself and of everything below; drawn, and in words."""
    family = await make_family()
    await make_pot(family.event, cap_pence=200_000, most_each_pence=5000)
    await make_gift(family.runner, family.charity, 10_000)
    await add_for(None)
    for path in ("pages/" + family.runner.slug, "teams/" + family.team.slug, "events/" + family.event.slug):
        source = await page_of(site, f"/{path}")
        words = words_of(source)
        assert "Acme doubles every gift, up to £50 each, until £1,950 more: £50 of £2,000 used." in words, path
        assert 'class="level"' in source
    assert "Acme" not in await page_of(site, f"/charities/{family.charity.slug}")


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"ratio_percent": 200}, "Acme triples every gift, until £100 more"),
        ({"ratio_percent": 50}, "Acme adds 50p to every £1 given, until £100 more"),
        ({"ratio_percent": 150}, "Acme adds £1.50 to every £1 given, until £100 more"),
        ({"cap_pence": 700}, "Acme has added £7 to gifts. The pot is used up; every gift still counts."),
    ],
)
async def test_a_pot_says_what_it_does(site: Site, terms: dict[str, int], sentence: str) -> None:
    """By a word where there is one, else by its rate."""
    family = await make_family()
    pot = await make_pot(family.runner, **terms)
    if "cap_pence" in terms:
        await Pot.filter(id=pot.id).update(matched_pence=700)
    assert sentence in words_of(await page_of(site, f"/pages/{family.runner.slug}"))


async def test_a_pot_is_shown_a_week_before_it_begins_and_not_once_it_is_over(site: Site) -> None:
    """Nor when it was closed, nor below a team that nobody may see."""
    family = await make_family()
    now = datetime.now(UTC)
    pot = await make_pot(family.team, starts_at=now + timedelta(days=6))
    at = f"/pages/{family.runner.slug}"
    assert re.search(r"From \w+ \d+ \w+, \d\d:\d\d: Acme doubles every gift", words_of(await page_of(site, at)))
    for change in (
        {"starts_at": now + timedelta(days=8)},
        {"starts_at": now - timedelta(days=8), "ends_at": now},
        {"ends_at": None, "closed_at": now},
    ):
        await Pot.filter(id=pot.id).update(**change)
        site.house.pages.cache.forget(None)
        assert "Acme" not in await page_of(site, at), change
    await Pot.filter(id=pot.id).update(closed_at=None)
    await Fund.filter(id=family.team.id).update(state=FundState.HIDDEN)
    site.house.pages.cache.forget(None)
    assert "Acme" not in await page_of(site, at)


async def test_matches_stand_in_the_list_of_every_gift_and_do_not_push_aside_who_gave(site: Site) -> None:
    """The list makes the total; the latest gifts are those of people."""
    family = await make_family()
    await make_pot(family.event)
    await make_gift(family.runner, family.charity, 1000, name="Ada Giver")
    await add_for(None)
    at = f"/pages/{family.runner.slug}"
    every = words_of(await page_of(site, f"{at}/gifts"))
    assert "Acme added to somebody’s gift £10" in every
    assert "Ada Giver £10" in every
    page = words_of(await page_of(site, at))
    assert "£20 raised" in page
    assert "gift 1" in page
    assert "added to somebody" not in page
    assert f'href="{at}/gifts"' in await page_of(site, at)


async def test_who_watches_a_page_below_hears_that_the_pot_has_sunk(committed_site: Site, own_database: str) -> None:
    """Though its own total has not moved; and the jobs do it by themselves, woken by the gift."""
    family, hub = await make_family(), committed_site.house.hub
    other = await Fund.create(
        kind="runner", slug="other", name="Other", event=family.event, charity=family.charity, team=family.team
    )
    await make_pot(family.event, cap_pence=3000)
    heard, sunk = list[str](), asyncio.Event()

    async def send(message: dict[str, object]) -> None:
        heard.append(message["body"].decode())  # type: ignore[attr-defined]
        if "until £20 more: £10 of £30 used" in words_of("<body>" + heard[-1].replace("data: ", "")):
            sunk.set()

    hub.start(own_database)
    working = asyncio.create_task(committed_site.house.jobs.run(own_database))
    await hub.join(viewer := Viewer(other.id, send))  # type: ignore[arg-type]
    assert "until £30 more" in words_of("<body>" + heard[0].replace("data: ", ""))
    await asyncio.sleep(0)
    await make_gift(family.runner, family.charity, 1000)
    try:
        async with asyncio.timeout(10):
            await sunk.wait()
    finally:
        hub.leave(viewer)
        await committed_site.house.jobs.stop(working)
        await hub.stop()


async def test_the_form_says_what_a_pot_would_add_and_promises_nothing(site: Site) -> None:
    """Of the amount that is chosen, with what is added for the fee; no more than is left; nothing of what is over."""
    family = await make_family()
    pot = await make_pot(family.event, cap_pence=4000, most_each_pence=3000)
    at = f"/pages/{family.runner.slug}/donate"
    assert "+ £20 from the pot of Acme , while it lasts." in words_of(await page_of(site, at))  # of the example
    assert "+ £30 from the pot of Acme" in words_of(await page_of(site, f"{at}?amount=50"))
    costs = (await site.browser.get(f"{at}/costs?amount=10&cover_fee=on")).text
    assert "+ £10.36" in costs
    assert "The charity gets about £10" in words_of("<body>" + costs)
    await Pot.filter(id=pot.id).update(matched_pence=3500)
    assert "+ £5 from the pot of Acme" in words_of(await page_of(site, at))
    for change in ({"matched_pence": 4000}, {"matched_pence": 0, "starts_at": datetime.now(UTC) + timedelta(days=1)}):
        await Pot.filter(id=pot.id).update(**change)
        assert "Acme" not in await page_of(site, at)


async def test_the_receipt_tells_what_pots_have_added(site: Site) -> None:
    """As much of it as stands; nothing before, and nothing once it has gone back."""
    family = await make_family()
    await make_pot(family.event, cap_pence=800)
    gift = await make_gift(family.runner, family.charity, 1000)
    at = f"/donations/{(await Donation.get(payment=gift)).token}"
    assert "Acme" not in (await site.browser.get(at)).text
    await add_for(None)
    for path in (at, f"{at}/state"):
        assert "Acme added £8 to your gift" in words_of("<body>" + (await site.browser.get(path)).text), path
    await take_in([arrival("refund.created", refund_of(gift, 500))], {})
    await add_for(None)
    assert "Acme added £4 to your gift" in words_of((await site.browser.get(at)).text)
