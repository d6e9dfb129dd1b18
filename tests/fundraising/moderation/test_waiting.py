"""Words that are looked at before they are shown: on children's pages always, and where an event wants it."""

import pytest

from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Fund
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.looking import page_of, words_of
from tests.makers import make_family


@pytest.mark.parametrize("of", ["runner", "event"])
async def test_words_wait_where_the_page_or_its_event_wants_it(site: Site, of: str) -> None:
    """The gift counts at once, its giver is named, and told; the words are nowhere."""
    family = await make_family()
    await Fund.filter(id=getattr(family, of).id).update(messages_wait=True)
    await site.sandbox.pay(session_in(await post(site, family, message="Zedoary!")))
    await site.deliver()
    donation = await Donation.get()
    assert donation.message_state is MessageState.WAITING
    for path in (f"/pages/{family.runner.slug}", f"/events/{family.event.slug}", f"/teams/{family.team.slug}/gifts"):
        source = await page_of(site, path)
        assert "Zedoary" not in source, path
        assert "Ada Example" in source, path
        assert "£25" in source, path
    thanks = words_of((await site.browser.get(f"/donations/{donation.token}")).text)
    assert "Your message will be shown once somebody has looked at it." in thanks


@pytest.mark.parametrize(("wanted", "message"), [("team", "Zedoary!"), ("runner", "")])
async def test_what_need_not_wait_does_not(site: Site, wanted: str, message: str) -> None:
    """Words where nobody asked for that; and a gift without words leaves nothing to look at."""
    family = await make_family()
    await Fund.filter(id=getattr(family, wanted).id).update(messages_wait=True)
    await post(site, family, message=message)
    assert (await Donation.get()).message_state is MessageState.SHOWN
