"""News of a page: shown, changed, told once to who asked for it, and never while the page is not to be seen."""

from datetime import UTC, datetime, timedelta

import pytest

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund, FundState, Picture
from fundraising.mail.models import Letter
from fundraising.mail.stopping import stop
from fundraising.pages.models import PageUpdate, PledgePage
from fundraising.pages.news import MOST_A_DAY, SERIES, tell_news
from fundraising.payments.batch import take_in
from tests.conftest import Site
from tests.fundraising.funds.taking import photo
from tests.fundraising.pages.owning_pages import OwnPage, make_own_page, text_of
from tests.looking import section, words_of
from tests.makers import arrival, make_family, make_gift, make_person, refund_of, sign_in

FAN = "fan@example.org"


async def give(own: OwnPage, email: str = FAN, **said: object) -> None:
    """A gift of somebody who asked for news."""
    await make_gift(own.family.runner, own.family.charity, 1000, **{"email": email, "updates_ok": True} | said)


async def write(own: OwnPage, text: str = "I ran a **mile**.", minutes: float = 11) -> PageUpdate:
    """News that have stood for some minutes."""
    answer = await own.post("news/photo", text=text)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{own.path}/news?said=published")
    one = await PageUpdate.all().order_by("-id").first()
    assert one is not None
    await PageUpdate.filter(id=one.id).update(made_at=datetime.now(UTC) - timedelta(minutes=minutes))
    return one


async def told() -> list[str]:
    """Who was written to."""
    await tell_news()
    return sorted(await Letter.filter(series=SERIES).values_list("recipient", flat=True))  # type: ignore[arg-type]


async def test_news_stand_on_the_page_newest_first(site: Site) -> None:
    """Two of them, and the way to the others; Markdown is read, and nothing in it is HTML."""
    own = await make_own_page(site)
    assert "news-title" not in await own.see()
    for text in ("The oldest.", "The second.", "<script>alert(1)</script> I ran a **mile**."):
        await write(own, text)
    news = section(await own.see(), "news-title")
    assert news.index("<strong>mile</strong>") < news.index("The second.")
    assert "The oldest." not in news
    assert "<script>" not in news
    oldest = await PageUpdate.get(text="The oldest.")
    assert f'href="{own.path}/news/{oldest.id}"' in news
    older = await site.browser.get(f"{own.path}/news/{oldest.id}")
    assert "The oldest." in older.text
    assert "The second." not in older.text
    newest = await site.browser.get(f"{own.path}/news/{oldest.id + 2}")
    assert all(text in words_of(newest.text) for text in ("The oldest.", "The second.", "I ran a mile ."))


async def test_a_photo_is_shown_with_its_description_and_goes_with_its_news(site: Site) -> None:
    """Changed, deleted: no picture stays that nobody shows."""
    own = await make_own_page(site)
    answer = await own.post(
        "news/photo", text="", description="Me, from behind", photo=("me.jpg", photo(), "image/jpeg")
    )
    assert answer.status_code == 303
    source = await own.see()
    assert 'alt="Me, from behind"' in source
    one = await PageUpdate.get(page=own.page)
    assert f"/pictures/{one.picture_id}/large.webp" in source
    form = (await own.browser.get(f"{own.path}/news/{one.id}/change")).text
    assert "Me, from behind" in form
    await own.post(f"news/{one.id}/photo", text="Look!", description="A back")
    assert 'alt="A back"' in await own.see()
    assert await Picture.all().count() == 1
    await own.post(f"news/{one.id}/photo", text="Look!", no_photo="on")
    assert "Look!" in await own.see()
    assert await Picture.all().count() == 0
    assert (await own.post(f"news/{one.id}/delete")).status_code == 303
    assert "news-title" not in await own.see()


async def test_the_same_form_sent_twice_is_one(site: Site) -> None:
    """Two taps; and more than a day's worth is refused, with nothing lost."""
    own = await make_own_page(site)
    for _ in range(2):
        assert (await own.post("news/photo", text="Once")).status_code == 303
    assert await PageUpdate.all().count() == 1
    for number in range(MOST_A_DAY - 1):
        await own.post("news/photo", text=f"More {number}")
    answer = await own.post("news/photo", text="One too many")
    assert answer.status_code == 429
    assert "One too many</textarea>" in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"), [({"text": "  "}, "Please write something"), ({"text": "x" * 4001}, "too long")]
)
async def test_what_cannot_be_used_comes_back_with_a_sentence(site: Site, typed: dict[str, str], sentence: str) -> None:
    """Nothing is put on the page."""
    own = await make_own_page(site)
    answer = await own.post("news/photo", **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await PageUpdate.all().count() == 0


async def test_a_file_that_is_no_picture_takes_nothing_of_what_was_typed(site: Site) -> None:
    """The words come back with a sentence; nothing is put on the page."""
    own = await make_own_page(site)
    answer = await own.post("news/photo", text="Look at this", photo=("me.jpg", b"not a picture", "image/jpeg"))
    assert answer.status_code == 422
    assert "That picture does not work here" in answer.text
    assert "Look at this</textarea>" in answer.text
    assert await PageUpdate.all().count() == 0


async def test_who_asked_for_it_is_told_once_and_can_stop_it(site: Site) -> None:
    """One letter however often somebody gave; a link to stop; nobody who did not ask."""
    own = await make_own_page(site, name="Ben Behind")
    await give(own)
    await give(own, FAN.upper())
    await give(own, "quiet@example.org", updates_ok=False)
    await give(own, "stopped@example.org")
    await stop("stopped@example.org", SERIES)
    assert "1 supporter asked to hear your news" in (await own.browser.get(f"{own.path}/news")).text
    one = await write(own)
    assert [recipient.lower() for recipient in await told()] == [FAN]
    assert len(await told()) == 1
    letter = next(one for one in await own.letters() if one["to"].lower() == FAN and "News" in one["subject"])
    assert letter["subject"] == "News from Ben Behind"
    assert "I ran a mile." in text_of(letter)
    assert f"http://run.test{own.path}/news/{one.id}" in text_of(letter)
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


async def test_nobody_is_told_before_it_can_be_mended(site: Site) -> None:
    """And what was deleted meanwhile, or is older than a day, is not told at all."""
    own = await make_own_page(site)
    await give(own)
    one = await write(own, minutes=5)
    assert await told() == []
    await own.post(f"news/{one.id}/delete")
    await write(own, minutes=25 * 60)
    assert await told() == []


@pytest.mark.parametrize(
    "how", [{"state": FundState.PAUSED}, {"state": FundState.HIDDEN}, {"seen_by": "private"}, {"is_paused": True}], ids=str
)  # fmt: skip
async def test_nothing_is_told_of_a_page_that_is_not_to_be_seen(site: Site, how: dict[str, object]) -> None:
    """Neither written, nor sent when it was hidden between the two."""
    own = await make_own_page(site)
    await give(own)
    await write(own, "Before")
    assert len(await told()) == 1
    off = {"state": FundState.HIDDEN, "behind": FundState.OPEN, "hidden_at": datetime.now(UTC)}
    if "hidden" in how or "state" in how:
        await Fund.filter(id=own.family.runner.id).update(**(off if "hidden" in how else how))
    else:
        await PledgePage.filter(id=own.page.id).update(**how)
    await write(own, "After")
    assert len(await told()) == 1
    assert not [one for one in await own.letters() if "News" in one["subject"]]


async def test_what_the_organiser_has_hidden_is_seen_by_its_writer_alone(site: Site) -> None:
    """And told to nobody."""
    own = await make_own_page(site)
    await give(own)
    one = await write(own, "Odd words")
    await PageUpdate.filter(id=one.id).update(is_hidden=True)
    assert "Odd words" not in await own.see()
    assert (await site.browser.get(f"{own.path}/news/{one.id}")).status_code == 404
    assert "Hidden by the organiser" in (await own.browser.get(f"{own.path}/news")).text
    assert await told() == []


async def test_a_gift_that_went_back_hears_no_news(site: Site) -> None:
    """Nor one whose consent was taken back before the letter went out."""
    own = await make_own_page(site)
    payment = await make_gift(own.family.runner, own.family.charity, 1000, email=FAN, updates_ok=True)
    await give(own, "second@example.org")
    await take_in([arrival("refund.created", refund_of(payment))], {})
    await write(own)
    assert await told() == ["second@example.org"]
    await Donation.filter(email="second@example.org").update(updates_ok=False)
    assert not [one for one in await own.letters() if "News" in one["subject"]]


async def test_another_runner_changes_nothing(site: Site) -> None:
    """Neither at the address of the page, nor through their own page."""
    own = await make_own_page(site)
    one = await write(own, "Mine")
    other = await make_person()
    browser = await sign_in(site.browser, other)
    for below in (f"news/{one.id}/photo", f"news/{one.id}/delete"):
        assert (await browser.post(f"{own.path}/{below}", data={"text": "Theirs"})).status_code == 403
    family = await make_own_other(other)
    for below in (f"news/{one.id}/photo", f"news/{one.id}/delete"):
        assert (await browser.post(f"/pages/{family}/{below}", data={"text": "Theirs"})).status_code == 404
    assert (await PageUpdate.get(id=one.id)).text == "Mine"
    assert (await browser.get(f"/pages/{family}/news/{'9' * 30}/change")).status_code == 404


async def make_own_other(person: object) -> str:
    """Another page, of somebody else; its slug."""
    family = await make_family(account=None)
    await PledgePage.filter(fund=family.runner).update(person=person)
    return family.runner.slug
