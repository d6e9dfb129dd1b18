"""A team's picture: put up by its captain at founding or at the desk, made anew by us, and gone when it is taken off."""

from typing import Any
from uuid import uuid4

import httpx

from fundraising.funds.models import Fund, Picture
from teams.roster import picture
from teams.roster.models import Team
from tests.conftest import Site
from tests.fundraising.funds.taking import photo, png_of, seen
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import make_open_event
from tests.teams.roster.making import Crew, make_crew, make_member


async def put_up(crew: Crew, given: bytes | None = None, **typed: str) -> httpx.Response:
    """Send the form of the desk."""
    picture.ALLOWANCE._left.clear()
    files: dict[str, Any] = {"photo": ("us.jpg", given, "image/jpeg")} if given else {}
    return await crew.browser.post(f"{crew.desk}/photo", data=typed, files=files or {"none": ("", b"")})


async def test_the_picture_of_a_team_stands_on_its_page(site: Site) -> None:
    """Cut to a square, described; another one takes its place, and the one before is nowhere any more."""
    crew = await make_crew(site)
    assert "Add a picture" in (await crew.browser.get(crew.desk)).text
    answer = await put_up(crew, photo(), shows="Red and blue")
    assert answer.headers["location"] == f"{crew.desk}/photo?said=taken"
    first = (await Fund.get(id=crew.team.fund_id)).picture_id
    page = (await site.browser.get(f"/teams/{crew.team.fund.slug}")).text
    assert f"/pictures/{first}/" in page
    assert 'alt="Red and blue"' in page
    large = seen((await site.browser.get(f"/pictures/{first}/large.webp")).content)
    assert large.size == (600, 600)
    await put_up(crew, photo("PNG", (300, 300)))
    assert not await Picture.exists(id=first)
    await put_up(crew, shows="Other words")
    fund = await Fund.get(id=crew.team.fund_id).prefetch_related("picture")
    assert fund.picture is not None
    assert fund.picture.description == "Other words"
    assert await Picture.all().count() == 1
    await crew.post("/photo/remove")
    assert (await Fund.get(id=crew.team.fund_id)).picture_id is None
    assert await Picture.all().count() == 0


async def test_what_is_no_picture_is_refused_beside_its_field(site: Site) -> None:
    """Nothing is kept of it; and nothing at all is not a picture either."""
    crew = await make_crew(site)
    for given, said in (
        (b"%PDF-1.7 hello", "not a picture that we can read"),
        (png_of(20_000, 20_000), "more than 50 megapixels"),
        (photo(size=(90, 90)), "very small"),
        (None, "Please choose a picture"),
    ):
        answer = await put_up(crew, given)
        assert answer.status_code == 422
        assert said in words_of(answer.text)
        assert 'id="photo-error"' in answer.text
    assert await Picture.all().count() == 0


async def test_a_team_is_founded_with_its_picture(site: Site) -> None:
    """By who is signed in; a name that cannot be leaves no picture behind, and sent twice it is one."""
    event, captain = await make_open_event(), await make_person()
    browser = await sign_in(site.browser, captain)
    path = f"/events/{event.fund.slug}/teams/new"
    assert f'action="{path}/photo"' in (await browser.get(path)).text
    assert 'type="file"' not in (await site.browser.get(path)).text

    async def found(**typed: str) -> httpx.Response:
        picture.ALLOWANCE._left.clear()
        form = {"attempt": attempt, "name": "Heels First", "race": "team", "shows": "Us"} | typed
        return await browser.post(f"{path}/photo", data=form, files={"photo": ("us.jpg", photo(), "image/jpeg")})

    attempt = str(uuid4())
    refused = await found(name="admin")
    assert refused.status_code == 422
    assert await Picture.all().count() == 0
    for _ in range(2):
        answer = await found()
        assert answer.headers["location"] == "/teams/heels-first/desk", words_of(answer.text)
    team = await Team.get(fund__slug="heels-first").prefetch_related("fund")
    assert team.fund.picture_id is not None
    assert await Picture.all().count() == 1


async def test_a_member_is_no_captain(site: Site) -> None:
    """Nor is somebody else's captain."""
    crew = await make_crew(site)
    entry = await make_member(crew)
    assert entry.person is not None
    member = await sign_in(site.browser, entry.person)
    answer = await member.post(f"{crew.desk}/photo", files={"photo": ("us.jpg", photo(), "image/jpeg")})
    assert answer.status_code == 403
    assert await Picture.all().count() == 0
