"""The second step: organisers need it from their second sign-in on; what owes it sees nothing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.routing import Route

from fundraising.people.asking import PLAIN_COOKIE, must_be_organiser
from fundraising.people.models import CodeApp, Passkey, Person, Session
from fundraising.people.signing_in import make_operator_link
from tests.conftest import Site
from tests.fundraising.people.authenticator import Authenticator
from tests.fundraising.people.test_codes import code_of, set_up
from tests.fundraising.people.test_passkeys import add, ask, make_passkey, refused
from tests.looking import words_of
from tests.makers import make_person, sign_in

STEP = "/sign-in/step"


@pytest.fixture
def desk(site: Site) -> str:
    """A door that opens for organisers only."""

    async def show(request: Any) -> Any:
        from starlette.responses import PlainTextResponse

        return PlainTextResponse(f"Hello, {(await must_be_organiser(request)).name}")

    site.house.starlette.router.routes.insert(0, Route("/a-desk", show))
    return "/a-desk"


async def by_letter(site: Site, person: Person) -> httpx.AsyncClient:
    """A browser that has just used the link in a letter."""
    return await sign_in(site.browser, person, strong=False)


async def test_an_organisers_first_sign_in_is_free_and_the_second_is_not(site: Site, desk: str) -> None:
    """From the second on the desk leads to where a passkey is added; adding one opens it."""
    person = await make_person(is_organiser=True)
    first, to_step = await by_letter(site, person), f"{STEP}?onward={quote(desk, safe='')}"
    assert (await first.get(desk)).status_code == 200
    second = await by_letter(site, person)
    for browser in (first, second):
        assert (await browser.get(desk)).headers["location"] == to_step
        assert (await browser.get(to_step)).headers["location"] == "/account/security"
    shown = words_of((await second.get("/account/security")).text)
    assert "Organisers need a passkey or a code app now" in shown
    assert f"fundraising organiser {person.email}" in shown
    await add(second, Authenticator())
    assert (await second.get(desk)).status_code == 200
    assert (await first.get(desk)).headers["location"] == to_step
    assert (await first.get(to_step)).status_code == 200
    assert 'href="/organiser"' in (await second.get("/account/security?said=passkey")).text


async def test_a_code_app_opens_the_desk_too(site: Site, desk: str) -> None:
    """Whatever an organiser likes better."""
    person = await make_person(is_organiser=True, sign_ins=3)
    browser = await by_letter(site, person)
    assert (await browser.get(desk)).status_code == 303
    await set_up(browser)
    assert (await browser.get(desk)).status_code == 200


async def test_by_a_passkey_the_step_is_done(site: Site, desk: str) -> None:
    """Only by one of the same person; where they wanted to go is kept."""
    person, other = await make_person(is_organiser=True), await make_person()
    passkey, of_other = await make_passkey(site, person), await make_passkey(site, other)
    browser = await by_letter(site, person)
    assert (await browser.get(desk)).headers["location"] == "/sign-in?onward=%2Fa-desk"
    shown = (await browser.get(STEP + "?onward=%2Fa-desk")).text
    assert 'data-onward="/a-desk"' in shown
    assert "fundraising organiser" in shown
    asked = await ask(browser)
    assert [one["id"] for one in asked["allowCredentials"]] == [passkey.id]
    refused(await browser.post("/sign-in/passkey", json=of_other.show(asked)), 403, "another account")
    refused(await browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser))), 410, "try again")
    done = await browser.post("/sign-in/passkey", json=passkey.show(await ask(browser)) | {"onward": "/a-desk"})
    assert done.json() == {"to": "/a-desk"}
    assert "set-cookie" not in done.headers
    assert (await browser.get(desk)).status_code == 200


async def test_what_owes_its_step_sees_nothing_and_changes_nothing(site: Site, desk: str) -> None:
    """It can do the step, and sign out."""
    person = await make_person(name="Ada")
    await set_up(await sign_in(site.browser, person))
    browser = await by_letter(site, person)
    for path in ("/account", "/account/details", "/account/security", "/account/security/code", desk):
        assert (await browser.get(path)).headers["location"].startswith("/sign-in?onward="), path
    for path in (
        "/account/name", "/account/email", "/account/security/code", "/account/security/code/remove",
        "/account/sessions/end-others", "/account/passkeys/options", "/account/passkeys",
    ):  # fmt: skip
        assert (await browser.post(path, data={"name": "Eve"})).status_code == 401, path
    assert (await Person.get(id=person.id)).name == "Ada"
    assert await Session.filter(person=person).count() == 2
    inside = await sign_in(site.browser, person)
    assert "still before its second step" in (await inside.get("/account/security")).text
    assert (await browser.post("/sign-out")).status_code == 303
    assert await Session.filter(person=person).count() == 2


async def test_the_link_in_the_letter_leads_to_the_step_and_on(site: Site) -> None:
    """Through the whole way."""
    person = await make_person("ada@example.org")
    secret = await set_up(await sign_in(site.browser, person))
    await site.browser.post("/sign-in", data={"email": "ada@example.org", "onward": "/account/details"})
    await site.work()
    found = re.search(rb"/sign-in/[\w-]{43}", site.house.doors.office.kept()[0].read_bytes())
    assert found
    used = await site.browser.post(found[0].decode())
    assert used.headers["location"] == STEP + "?onward=%2Faccount%2Fdetails"
    assert (await site.browser.get("/account")).status_code == 303
    done = await site.browser.post(STEP, data={"code": code_of(secret), "onward": "/account/details"})
    assert done.headers["location"] == "/account/details"
    assert (await site.browser.get("/account")).status_code == 200


async def test_nobody_signed_in_owes_no_step(site: Site) -> None:
    """They sign in first; who has nothing to show is led to where it is added."""
    assert (await site.browser.get(STEP)).headers["location"] == "/sign-in"
    assert (await site.browser.post(STEP, data={"code": "1"})).headers["location"] == "/sign-in"
    weak = await by_letter(site, await make_person())
    assert (await weak.get(STEP)).headers["location"] == "/account/security"
    strong = await sign_in(site.browser, await make_person())
    assert (await strong.get(STEP + "?onward=//evil.example")).headers["location"] == "/account"
    assert (await strong.get(STEP + "?onward=/training&again=1")).headers["location"] == "/training"


async def test_what_was_shown_too_long_ago_is_asked_for_again(site: Site) -> None:
    """Only where the page wants it fresh; elsewhere it is good for the session."""
    person = await make_person()
    strong = await sign_in(site.browser, person)
    await CodeApp.create(person=person, secret=b"", confirmed_at=datetime.now(UTC))
    await Session.filter(person=person).update(strong_at=datetime.now(UTC) - timedelta(minutes=16))
    assert (await strong.get(STEP + "?onward=/training")).headers["location"] == "/training"
    assert "One more step" in (await strong.get(STEP + "?onward=/training&again=1")).text


async def test_a_letter_alone_changes_no_passkey_once_one_is_owed(site: Site) -> None:
    """A session from before stays as weak as it was."""
    person = await make_person(is_organiser=True)
    before = await by_letter(site, person)
    await make_passkey(site, person)
    path = f"/account/passkeys/{(await Passkey.get(person=person)).id}"
    assert "show your passkey first" in words_of((await before.get("/account/security")).text)
    for answer in (
        await before.get(path),
        await before.post(path, data={"name": "Eve's"}),
        await before.post(path + "/remove", data={"warned": "yes"}),
        await before.get("/account/security/code"),
        await before.post("/account/security/code", data={"code": "1"}),
    ):
        assert answer.status_code == 403
    refused(await before.post("/account/passkeys/options"), 403, "Nothing was changed")
    refused(await before.post("/account/passkeys", json={}), 403, "Nothing was changed")
    assert (await Passkey.get(person=person)).name == "An unknown device"


async def test_a_runner_with_a_passkey_may_still_use_the_letter(site: Site) -> None:
    """A lost phone is not the end of a pledge page."""
    person = await make_person()
    await make_passkey(site, person)
    browser = await by_letter(site, person)
    assert (await browser.get("/account")).status_code == 200
    assert (await add(browser, Authenticator())).status_code == 200


async def test_the_link_of_the_command_line_is_strong(site: Site, desk: str) -> None:
    """Whatever was lost; who was no organiser is one from then on, and sessions from before last no longer than one's."""
    person = await make_person("boss@example.org", sign_ins=5)
    await make_passkey(site, person)
    link = await make_operator_link(site.house.settings, "boss@example.org")
    assert (await site.browser.post(link)).headers["location"] == "/organiser"
    assert await Session.filter(person=person, expires_at__gt=datetime.now(UTC) + timedelta(days=7)).count() == 0
    session = await Session.filter(person=person).order_by("-made_at").first()
    assert session
    assert (session.owes_step, bool(session.strong_at)) == (False, True)
    assert site.browser.cookies[PLAIN_COOKIE]
    assert (await site.browser.get(desk)).status_code == 200
