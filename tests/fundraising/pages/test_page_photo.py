"""A runner puts a photo on the page, from a phone or a file; describes it; takes it off."""

from typing import Any

import httpx

from fundraising.funds.models import Picture
from fundraising.web.uploads import MOST_BODY_BYTES
from tests.conftest import Site
from tests.fundraising.funds.taking import LEFT, RIGHT, like, photo, seen
from tests.fundraising.pages.test_editing import Runner, make_runner
from tests.looking import page_of, words_of

WORDS = "Ada, backwards"


async def send(runner: Runner, given: bytes | None, **typed: Any) -> httpx.Response:
    """The form, with a file or without."""
    files = {"photo": ("IMG_0001.HEIC", given, "application/x-msdownload")} if given is not None else {"photo": b""}
    data = {"focus": "middle", "shows": WORDS} | typed
    return await runner.browser.post(f"{runner.path}/photo", data=data, files=files)


async def test_a_photo_stands_on_the_page_in_both_formats(site: Site) -> None:
    """Cut where its runner chose, described, with its size; whatever it was called. The preview picture follows."""
    runner = await make_runner(site)
    before = (await site.browser.get(f"{runner.path}/preview.png")).headers["etag"]
    answer = await send(runner, photo(size=(1200, 400)), focus="last")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{runner.path}/photo?said=taken")
    kept = await Picture.get()
    assert like(seen(kept.large).getpixel((20, 20)), RIGHT)
    source = await page_of(site, runner.path)
    at = f"/pictures/{kept.id}"
    assert f'<source type="image/avif" srcset="{at}/medium.avif 320w, {at}/large.avif 400w"' in source
    assert f'width="320" height="320" alt="{WORDS}"' in source
    assert (await site.browser.get(f"{runner.path}/preview.png")).headers["etag"] != before
    event = await page_of(site, f"/events/{runner.family.event.slug}")
    assert f'src="{at}/small.webp" width="160" height="160"' in event


async def test_another_photo_takes_the_place_of_the_first_and_none_of_it_stays(site: Site) -> None:
    """So does no photo at all."""
    runner = await make_runner(site)
    await send(runner, photo(size=(400, 300)))
    first = await Picture.get()
    await send(runner, photo(size=(300, 400)))
    second = await Picture.get()
    assert first.id != second.id
    assert (await site.browser.get(f"/pictures/{first.id}/large.webp")).status_code == 404
    answer = await runner.browser.post(f"{runner.path}/photo/remove")
    assert answer.headers["location"] == f"{runner.path}/photo?said=removed"
    assert not await Picture.exists()
    assert "/pictures/" not in await page_of(site, runner.path)


async def test_words_are_asked_for_and_may_follow_later(site: Site) -> None:
    """Nobody loses a photo for want of words; with words alone, the photo stays."""
    runner = await make_runner(site)
    answer = await send(runner, photo(size=(400, 300)), shows="")
    assert answer.headers["location"].endswith("?said=undescribed")
    shown = words_of((await runner.browser.get(answer.headers["location"])).text)
    assert "say below what is to be seen on it" in shown
    large = (await Picture.get()).large
    assert (await send(runner, None)).headers["location"].endswith("?said=described")
    kept = await Picture.get()
    assert (kept.description, kept.large) == (WORDS, large)
    assert like(seen(kept.large).getpixel((20, 150)), LEFT)


async def test_what_is_no_photo_comes_back_with_a_sentence(site: Site) -> None:
    """And the words that were typed; nothing is kept."""
    runner = await make_runner(site)
    for given, said in (
        (None, "Please choose a photo"),
        (b"<script>alert(1)</script>", "is not a picture that we can read"),
        (photo(size=(100, 100)), "very small"),
    ):
        answer = await send(runner, given)
        assert answer.status_code == 422
        assert said in words_of(answer.text)
        assert f'value="{WORDS}"' in answer.text
    answer = await send(runner, photo(size=(400, 300)), focus="nose")
    assert (answer.status_code, "which part of the photo stays" in answer.text) == (422, True)
    assert not await Picture.exists()


async def test_a_photo_of_megabytes_gets_through_and_one_of_more_does_not(site: Site) -> None:
    """The route takes what the guard lets in; a form elsewhere is as small as ever."""
    runner = await make_runner(site)
    padded = photo(size=(400, 300)) + b"\0" * 5_000_000
    assert (await send(runner, padded)).status_code == 303
    refused = await send(runner, b"\0" * MOST_BODY_BYTES)
    assert refused.status_code == 413
    assert "larger than 15 MB" in refused.text
    assert (await runner.browser.post(f"{runner.path}/edit", data={"story": "x" * 100_000})).status_code == 413
