"""A runner edits the page in place: words, target, address and who may see it; nobody's work is lost."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from fundraising.funds.addresses import get_fund
from fundraising.funds.models import Fund, FundKind, FundState, OldAddress
from fundraising.funds.slugs import find_free
from fundraising.live.preview import card_of
from fundraising.pages import code, editing
from fundraising.pages.models import PledgePage
from fundraising.pages.views import title_to_pass_on
from fundraising.store.database import connection, transaction
from tests.conftest import Site
from tests.looking import must_refuse_gifts, page_of, words_of
from tests.makers import Family, make_family, make_fund, make_gift, make_person, sign_in

STORY = (
    "# Why\n\nI **run** for *Gran*.\n\n<script>alert(1)</script> [here](https://example.org) [no](javascript:alert(1))"
)


class Runner:
    """A page, and the browser of its runner."""

    def __init__(self, site: Site, family: Family, browser: httpx.AsyncClient) -> None:
        self.site, self.family, self.browser = site, family, browser
        self.fund_id, self.path = family.runner.id, f"/pages/{family.runner.slug}"

    async def form(self) -> dict[str, str]:
        """The form as it is opened: every field with what stands in it."""
        source = (await self.browser.get(f"{self.path}/edit")).text
        part = source[source.index('id="edit-form"') :].partition("</form>")[0]
        typed = dict(re.findall(r'name="(story)"[^>]*>([^<]*)</textarea>', part))
        for tag in re.findall(r"<input[^>]*>", part):
            found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if found["type"] not in ("radio", "checkbox") or " checked" in tag:
                typed[found["name"]] = found.get("value", "")
        return {name: unescape(value) for name, value in typed.items()}

    async def save(self, **typed: str | None) -> httpx.Response:
        """Open the form, type, send it; None takes a field or a tick away."""
        return await self.send(await self.form(), **typed)

    async def send(self, opened: dict[str, str], to: str = "edit", **typed: str | None) -> httpx.Response:
        """Send a form that was opened before."""
        data = {name: value for name, value in (opened | typed).items() if value is not None}
        return await self.browser.post(f"{self.path}/{to}", data=data)

    async def page(self) -> PledgePage:
        """As it is kept."""
        return await PledgePage.get(fund_id=self.fund_id).prefetch_related("fund")


async def make_runner(site: Site, *, agreed: bool = True, **given: Any) -> Runner:
    """A page whose runner is signed in."""
    family = await make_family(**{"name": "Ada Ahead"} | given)
    person = await make_person()
    page = PledgePage.filter(fund=family.runner)
    await page.update(person=person)
    if not agreed:
        await page.update(code_version="", code_agreed_at=None)
    return Runner(site, family, await sign_in(site.browser, person))


async def test_what_is_typed_stands_on_the_page(site: Site) -> None:
    """Title, line, story, video, dedication and who pays for the place; the story is read, and made safe."""
    runner = await make_runner(site)
    answer = await runner.save(
        title="Backwards, for Gran", summary="One mile", story=STORY, video="www.example.org/watch?v=1",
        in_memory_of="Gran", charity_funded="on", target="£1,250.50",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, f"{runner.path}/edit?said=saved")
    source = await page_of(site, runner.path)
    for part in (
        '<h2 id="story-title" dir="auto">Backwards, for Gran</h2>',
        "<strong>run</strong> for <em>Gran</em>",
        '<a href="https://example.org" rel="nofollow ugc noopener noreferrer">here</a>',
        '<a href="https://www.example.org/watch?v=1" rel="nofollow ugc noopener noreferrer">Watch the video on example.org</a>',
        'property="og:description" content="Backwards, for Gran. One mile Why I run for Gran.',
    ):
        assert part in source, part
    words = words_of(source)
    assert "In memory of Gran" in words
    assert f"{runner.family.charity.name} pays for this place in the run." in words
    assert "of £1,250.50" in words
    assert "<script>alert" not in source
    assert 'href="javascript' not in source


async def test_the_picture_that_goes_along_follows_the_title(site: Site) -> None:
    """In the band on top; that of a child says nothing of the kind."""
    runner = await make_runner(site)
    fund = await get_fund(FundKind.RUNNER, runner.family.runner.slug)
    assert card_of(fund, None, "For Gran").band == "For Gran"
    tags = []
    for title in ("", "For Gran", "For Gran and Grandpa"):
        await runner.save(title=title)
        tags.append((await site.browser.get(f"{runner.path}/preview.png")).headers["etag"])
    assert len(set(tags)) == 3
    await PledgePage.filter(fund_id=runner.fund_id).update(is_child=True)
    assert await title_to_pass_on(runner.fund_id) is None


async def test_the_form_shows_what_stands_and_saving_it_again_changes_nothing(site: Site) -> None:
    """Also when the button is pressed twice, or in another tab that shows the same."""
    runner = await make_runner(site, target_pence=50_000)
    await runner.save(
        title="T", story="One\r\n\r\nTwo", in_memory_of="Gran", video="https://example.org/v", is_paused="on"
    )
    opened = await runner.form()
    shown = {"title": "T", "story": "One\n\nTwo", "target": "500", "is_paused": "on", "seen_by": "public"}
    assert opened.items() >= shown.items()
    version = (await runner.page()).fund.version
    for _ in range(2):
        assert (await runner.send(opened)).status_code == 303
    assert (await runner.page()).fund.version == version
    first = await runner.send(opened, title="New")
    again = await runner.send(opened, title="New")
    assert (first.status_code, again.status_code) == (303, 303)


async def test_of_two_tabs_the_second_is_told_and_loses_nothing(site: Site) -> None:
    """What it typed is still there; sent once more, now knowingly, it counts."""
    runner = await make_runner(site)
    opened = await runner.form()
    await runner.send(opened, title="First")
    late = await runner.send(opened, title="Second", story="Long work")
    assert late.status_code == 409
    assert "Somebody else was faster" in late.text
    assert "Long work" in late.text
    assert 'value="Second"' in late.text
    assert (await runner.page()).title == "First"
    seen = re.search(r'name="seen" value="(\w+)"', late.text)
    assert seen
    assert (await runner.send(opened, title="Second", story="Long work", seen=seen[1])).status_code == 303
    assert (await runner.page()).title == "Second"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title": "x" * 81}, "title", "at most 80 characters"),
        ({"title": "Аdа for Gran"}, "title", "Letters of several alphabets"),
        ({"story": "x" * 4001}, "story", "at most 4000 characters"),
        ({"target": "lots"}, "target", "Please enter an amount"),
        ({"target": "5"}, "target", "A target lies between"),
        ({"video": "javascript:alert(1)"}, "video", "the whole address of the video"),
        ({"video": "https://you@example.org/x"}, "video", "the whole address of the video"),
        ({"video": "https://localhost/x"}, "video", "the whole address of the video"),
        ({"video": "ftp://example.org/x"}, "video", "the whole address of the video"),
        ({"video": "https://127.0.0.1/x"}, "video", "the whole address of the video"),
        ({"slug": "a"}, "slug", "small letters a to z"),
        ({"slug": "аda"}, "slug", "small letters a to z"),
        ({"slug": "-ada-"}, "slug", "small letters a to z"),
        ({"slug": "x" * 51}, "slug", "small letters a to z"),
        ({"slug": "official"}, "slug", "kept for pages of the house"),
        ({"seen_by": "cats"}, "seen_by", "who may see the page"),
        ({"seen_by": None}, "seen_by", "who may see the page"),
    ],
)
async def test_what_cannot_be_used_comes_back_with_a_sentence_beside_it(
    site: Site, typed: dict[str, str | None], field: str, said: str
) -> None:
    """Nothing is saved, and all that was typed is still there."""
    runner = await make_runner(site)
    answer = await runner.save(**{"summary": "Kept as typed"} | typed)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">([^<]*)<', answer.text)
    assert found, field
    assert said in unescape(found[1])
    assert 'value="Kept as typed"' in answer.text
    assert (await runner.page()).fund.summary == ""


async def test_a_preview_shows_the_page_as_it_would_be_and_saves_nothing(site: Site) -> None:
    """By a button, without a script; the form below it can be saved from there."""
    runner = await make_runner(site)
    opened = await runner.form()
    shown = await runner.send(opened, to="preview", title="Not yet", story=STORY, video="example.org/v")
    assert shown.status_code == 200
    assert '<h2 id="story-title" dir="auto">Not yet</h2>' in shown.text
    assert "<strong>run</strong>" in shown.text
    assert "<script>alert" not in shown.text
    assert "Nothing is saved yet" in shown.text
    assert (await runner.page()).title == ""
    wrong = await runner.send(opened, to="preview", title="Not yet", target="lots")
    assert wrong.status_code == 422
    assert 'id="target-error"' in wrong.text
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen
    assert seen[1] == opened["seen"]
    fragment = await runner.browser.post(
        f"{runner.path}/preview", data=opened | {"title": "While I type", "video": "ht"}, headers={"hx-request": "true"}
    )
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<section class="preview" id="preview"')
    assert "While I type" in fragment.text


async def test_before_its_runner_agrees_a_page_takes_no_gifts_and_says_so_kindly(site: Site) -> None:
    """The version and the time are kept; it is not asked for again."""
    runner = await make_runner(site, agreed=False)
    await runner.save(title="Hello")
    await must_refuse_gifts(site, runner.path, "Ada is still getting this page ready, and it takes no gifts yet.")
    assert "agree to the guidance for page creators" in (await runner.browser.get(f"{runner.path}/edit")).text
    answer = await runner.save(code="on")
    assert answer.headers["location"].endswith("?said=agreed")
    page = await runner.page()
    assert (page.code_version, page.fund.state) == (code.CODE_VERSION, FundState.OPEN)
    assert page.code_agreed_at
    assert (await site.browser.get(f"{runner.path}/donate")).status_code == 200
    await runner.save(title="Hello again", code=None)
    again = await runner.page()
    assert (again.code_agreed_at, again.fund.state) == (page.code_agreed_at, FundState.OPEN)
    guidance = words_of(await page_of(site, "/guidance"))
    assert "In aid of, not on behalf of" in guidance


@pytest.mark.parametrize(
    "below", ["", "/donate", "/total.json", "/live", "/widget", "/gifts", "/preview.png", "/qr.svg"]
)
async def test_a_private_page_is_there_for_its_runner_alone(site: Site, below: str) -> None:
    """For everybody else nothing lives at any of its addresses; opened again, it is as it was."""
    runner = await make_runner(site)
    await runner.save(seen_by="private")
    assert (await site.browser.get(runner.path + below)).status_code == 404
    assert (await runner.browser.get(f"{runner.path}/edit")).status_code == 200
    assert (await (await sign_in(site.browser, await make_person())).get(f"{runner.path}/edit")).status_code == 404
    await runner.save(seen_by="public")
    if below != "/live":
        assert (await site.browser.get(runner.path + below)).status_code == 200


async def test_a_paused_page_is_seen_and_says_so(site: Site) -> None:
    """And takes gifts again as soon as its runner wants it."""
    runner = await make_runner(site)
    await runner.save(is_paused="on")
    await must_refuse_gifts(site, runner.path, "Ada has paused this page for now.")
    await runner.save(is_paused=None)
    assert (await site.browser.get(f"{runner.path}/donate")).status_code == 200


async def test_what_was_taken_off_the_site_says_why_and_is_not_brought_back_by_its_runner(site: Site) -> None:
    """It may be mended meanwhile; what its runner chose holds once it is shown again."""
    runner = await make_runner(site)
    async with connection() as hiding:
        await hiding.execute(
            "update fund set hidden_at = now(), hidden_by = 'organiser', hidden_because = 'A logo that is not yours',"
            " behind = state, state = 'hidden' where id = $1",
            runner.fund_id,
        )
    source = (await runner.browser.get(f"{runner.path}/edit")).text
    assert "A logo that is not yours" in source
    assert (await runner.save(title="Mended", seen_by="unlisted", is_paused="on")).status_code == 303
    page = await runner.page()
    assert (page.fund.state, page.fund.behind, page.title) == (FundState.HIDDEN, FundState.PAUSED, "Mended")
    assert (await site.browser.get(runner.path)).status_code == 404


async def test_a_closed_page_is_not_hidden_any_more(site: Site) -> None:
    """Its gifts are listed with it; its words may still change."""
    runner = await make_runner(site)
    await Fund.filter(id=runner.fund_id).update(state=FundState.CLOSED, closed_because="It stays with the team.")
    refused = await runner.save(seen_by="private")
    assert refused.status_code == 422
    assert editing.CLOSED in unescape(refused.text)
    assert (await runner.save(title="Thank you all")).status_code == 303
    assert (await runner.page()).fund.state is FundState.CLOSED


async def test_a_new_address_leads_on_from_every_address_below_the_old_one(site: Site) -> None:
    """By a redirect that keeps the method and the query, and that no browser keeps."""
    runner = await make_runner(site)
    old = runner.path
    answer = await runner.save(slug="Ada  Ahead")
    assert answer.headers["location"] == "/pages/ada-ahead/edit?said=moved"
    for below in (
        "",
        "/donate",
        "/total.json",
        "/live",
        "/widget",
        "/gifts",
        "/preview.png",
        "/donate?amount=5",
        "/edit",
    ):
        moved = await runner.browser.get(old + below)
        assert (moved.status_code, moved.headers["location"]) == (308, f"/pages/ada-ahead{below}"), below
        assert moved.headers["cache-control"] == "no-cache"
    posted = await site.browser.post(f"{old}/donate", data={})
    assert (posted.status_code, posted.headers["location"]) == (308, "/pages/ada-ahead/donate")
    runner.path = "/pages/ada-ahead"
    await runner.save(slug=old.rpartition("/")[2])  # and back
    assert (await site.browser.get(old)).status_code == 200
    assert (await site.browser.get("/pages/ada-ahead")).headers["location"] == old
    assert await OldAddress.all().count() == 1
    runner.path = old
    await runner.save(seen_by="private")
    assert (await site.browser.get("/pages/ada-ahead")).status_code == 404  # nobody learns where it went


@pytest.mark.parametrize("slug", ["ben-behind", "ben-was-here", "benbehind", "ben-behlnd", "b3n-behind"])
async def test_nobody_moves_in_where_somebody_lives_or_has_lived(site: Site, slug: str) -> None:
    """Nor anywhere that reads like it."""
    await OldAddress.create(
        kind="runner", slug="ben-was-here", fund=await make_fund(FundKind.RUNNER, slug="ben-behind")
    )
    await make_fund(FundKind.TEAM, slug="b3n-behind")  # of another kind: another address
    runner = await make_runner(site)
    answer = await runner.save(slug=slug)
    assert answer.status_code == (303 if slug == "b3n-behind" else 422)
    if slug != "b3n-behind":
        assert "belongs to somebody else already" in answer.text


@pytest.mark.usefixtures("database")
async def test_a_page_that_is_opened_takes_no_address_that_was_left() -> None:
    """It gets the next number."""
    await OldAddress.create(kind="runner", slug="ada-ahead", fund=await make_fund(FundKind.RUNNER, slug="ada"))
    async with transaction() as writing:
        assert await find_free(writing, FundKind.RUNNER, "Ada Ahead") == "ada-ahead-2"


async def test_a_page_changes_its_address_five_times_at_the_most(site: Site) -> None:
    """Each takes one away from everybody else."""
    runner = await make_runner(site)
    for n in range(5):
        assert (await runner.save(slug=f"ada-{n + 2}")).status_code == 303
        runner.path = f"/pages/ada-{n + 2}"
    refused = await runner.save(slug="ada-9")
    assert refused.status_code == 422
    assert "as often as it can" in refused.text


async def test_a_target_is_suggested_with_its_reason(site: Site) -> None:
    """What runners are asked for; and once enough pages have reached theirs, the middle one of these."""
    runner = await make_runner(site)
    assert "Runners are asked for £20" in unescape((await runner.browser.get(f"{runner.path}/edit")).text)
    family = runner.family
    for n, target in enumerate((100, 200, 300, 400, 500, 9000)):
        other = await make_fund(FundKind.RUNNER, event=family.event, charity=family.charity, target_pence=target)
        await make_gift(other, family.charity, 600)
        if n == 3:
            assert (await editing.suggest_target(family.event.id, runner.fund_id)).pages == 0
    assert await editing.suggest_target(family.event.id, runner.fund_id) == editing.Suggestion(300, 5)
