"""Thanking a supporter: once, by letter and on the page, with nothing told that was hidden."""

from uuid import uuid4

from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Picture
from fundraising.mail.models import Letter
from fundraising.pages.models import Milestone, PageUpdate, PledgePage
from fundraising.pages.opening import NewOwner, hand_on
from fundraising.pages.thanking import READY, READY_IN_MEMORY
from fundraising.payments.batch import take_in
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.funds.taking import photo
from tests.fundraising.pages.owning_pages import OwnPage, make_own_page, text_of
from tests.looking import page_of, section, words_of
from tests.makers import arrival, make_gift, make_person, refund_of


async def give(own: OwnPage, **said: object) -> Donation:
    """A gift to the page."""
    payment = await make_gift(own.family.runner, own.family.charity, 2500, **{"message": "Run well!"} | said)
    return await Donation.get(payment=payment)


async def thank(own: OwnPage, gift: Donation, words: str = "") -> int:
    """The tap."""
    return (await own.post(f"supporters/{gift.id.hex}/thank", thanks=words)).status_code


async def test_one_tap_thanks_by_letter_and_on_the_page_and_never_twice(site: Site) -> None:
    """The second tap changes nothing, whatever words it brings."""
    own = await make_own_page(site, name="Ben Behind")
    gift = await give(own)
    assert "1 gift not thanked yet" in (await own.browser.get(f"{own.path}/supporters")).text
    assert "1 gift not thanked yet" in (await own.browser.get("/account")).text
    assert await thank(own, gift) == 303
    assert await thank(own, gift, "Other words") == 303
    assert await Letter.filter(template="thanks").count() == 1
    letter = next(one for one in await own.letters() if one["subject"] == "Ben Behind thanks you")
    assert READY in " ".join(text_of(letter).split())
    assert letter["list-unsubscribe"] is None  # one letter, about one's own gift
    gifts = words_of("<body>" + section(await own.see(), "gifts-title"))
    assert f"Ben Behind answers: {READY}" in gifts
    assert "Other words" not in gifts
    desk = (await own.browser.get(f"{own.path}/supporters")).text
    assert "Everybody is thanked." in desk
    assert "/thank" not in desk


async def test_own_words_are_words(site: Site) -> None:
    """No markup, no link that leads elsewhere, no more than 300 characters."""
    own = await make_own_page(site)
    gift = await give(own)
    answer = await own.post(f"supporters/{gift.id.hex}/thank", thanks="x" * 301)
    assert answer.status_code == 422
    assert "x" * 301 + "</textarea>" in answer.text
    await thank(own, gift, "<b>Dear</b>\n\nsee https://evil.example/ **now**")
    source = section(await own.see(), "gifts-title")
    assert "&lt;b&gt;Dear" in source
    assert "evil.example" in source
    assert 'href="https://evil' not in source
    letter = next(one for one in await own.letters() if "thanks you" in one["subject"])
    html = letter.get_body(("html",))
    assert html is not None
    assert 'href="https://evil' not in html.get_content()


async def test_what_is_hidden_stays_so(site: Site) -> None:
    """The runner sees a name that the page does not say, never an address, and no hidden amount."""
    own = await make_own_page(site)
    gift = await give(own, name="Shy Supporter", email="shy@example.org", hide_name=True, hide_amount=True)
    desk = (await own.browser.get(f"{own.path}/supporters")).text
    assert "Shy Supporter" in desk
    assert "hides the name from the page" in desk
    assert "shy@example.org" not in desk
    assert "£25" not in words_of(desk)
    await thank(own, gift)
    assert "Shy Supporter" not in await own.see()


async def test_under_a_message_that_waits_or_is_hidden_no_thanks_stand(site: Site) -> None:
    """Of a child's page nothing is public before somebody has looked; in lists neither."""
    own = await make_own_page(site, page={"is_child": True}, messages_wait=True)
    waiting = await give(own, message_state=MessageState.WAITING)
    hidden = await give(own, message="Nasty", message_state=MessageState.HIDDEN)
    assert "Nasty" not in (await own.browser.get(f"{own.path}/supporters")).text
    for gift in (waiting, hidden):
        await thank(own, gift, "So kind")
    assert "So kind" not in await own.see()
    assert "So kind" not in await page_of(site, f"{own.path}/gifts")
    await Donation.filter(id=waiting.id).update(message_state=MessageState.SHOWN)
    assert (await own.see()).count("So kind") == 1


async def test_in_memory_of_somebody_the_ready_words_are_quiet(site: Site) -> None:
    """No jokes there."""
    own = await make_own_page(site, page={"in_memory_of": "Grandma Rose"})
    gift = await give(own)
    await thank(own, gift)
    assert (await Donation.get(id=gift.id)).thanks == READY_IN_MEMORY


async def test_only_what_stands_on_the_own_page_is_thanked(site: Site) -> None:
    """Not a gift to somebody else, none that went back, none that does not exist."""
    own = await make_own_page(site)
    back = await make_gift(own.family.runner, own.family.charity, 1000)
    await take_in([arrival("refund.created", refund_of(back))], {})
    other = await make_gift(own.family.team, own.family.charity, 1000)
    gifts = [(await Donation.get(payment=payment)).id.hex for payment in (back, other)]
    for gift in (*gifts, uuid4().hex, "nonsense"):
        assert (await own.post(f"supporters/{gift}/thank")).status_code == 404, gift
    assert await Letter.filter(template="thanks").count() == 0
    assert "Nobody has given yet" in (await own.browser.get(f"{own.path}/supporters")).text


async def test_a_long_list_is_read_page_by_page(site: Site) -> None:
    """Each gift once; those not thanked yet apart."""
    own = await make_own_page(site)
    gifts = [await give(own, name=f"Giver {number:02}") for number in range(33)]
    await thank(own, gifts[32])
    first = (await own.browser.get(f"{own.path}/supporters")).text
    older = first.rpartition("before=")[2].partition('"')[0]
    second = (await own.browser.get(f"{own.path}/supporters?before={older}")).text
    names = [f"Giver {number:02}" for number in range(33)]
    assert sum(f"<bdi>{name}</bdi>" in first for name in names) == 30
    assert all((f"<bdi>{name}</bdi>" in first) != (f"<bdi>{name}</bdi>" in second) for name in names)
    assert "Giver 32" not in (await own.browser.get(f"{own.path}/supporters?waiting=1")).text
    assert (await own.browser.get(f"{own.path}/supporters?before=nonsense")).status_code == 404


async def test_of_a_page_that_nobody_sees_no_thanks_are_sent(site: Site) -> None:
    """When it was hidden before the letter went out."""
    own = await make_own_page(site)
    gift = await give(own)
    await thank(own, gift)
    await own.family.runner.filter(id=own.family.runner.id).update(state="hidden")
    assert not [one for one in await own.letters() if "thanks you" in one["subject"]]
    assert await PledgePage.filter(id=own.page.id).exists()


async def test_who_hands_a_page_on_leaves_no_words_in_somebody_elses_name(site: Site) -> None:
    """News and thanks go; that somebody was thanked, and what the page has reached, stay."""
    own = await make_own_page(site)
    gift = await give(own)
    await thank(own, gift, "From me, Ada")
    await own.post("news/photo", text="My knees", photo=("me.jpg", photo(), "image/jpeg"))
    await Milestone.create(page=own.page, percent=25, target_pence=50_000)
    friend = await make_person("friend@example.org")
    async with transaction() as handing:
        new = NewOwner("Fran Friend", friend.id, is_child=False, waits_for_guardian=False)
        await hand_on(handing, own.family.runner.id, new)
    assert (await PageUpdate.all().count(), await Picture.all().count()) == (0, 0)
    kept = await Donation.get(id=gift.id)
    assert (kept.thanks, kept.thanked_at is not None) == ("", True)
    assert await Milestone.filter(page=own.page).count() == 1
