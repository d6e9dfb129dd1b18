"""Signing in by a letter: one use, a short time, nothing given away."""

import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundraising.people.asking import COOKIE, PLAIN_COOKIE
from fundraising.people.models import Person, Session, SignInLink
from fundraising.people.signing_in import device_of, safe_onward
from fundraising.store.database import connection
from fundraising.web.tokens import hashed
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in


async def letters(site: Site) -> list[tuple[str, str, str]]:
    """To whom, subject and text of every letter sent so far, newest first."""
    await site.work()
    read = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in site.house.doors.office.kept()]
    return [(one["to"], one["subject"], one.get_body(("plain",)).get_content()) for one in read]  # type: ignore[union-attr]


async def link_in_letter(site: Site) -> str:
    """The path of the link in the newest letter."""
    found = re.search(r"http://run\.test(/sign-in/[\w-]{43})", (await letters(site))[0][2])
    assert found
    return found[1]


async def test_a_link_signs_in_once_and_leads_on(site: Site) -> None:
    """GET shows a button and uses nothing up; POST signs in; the second POST does not."""
    person = await make_person("ada@example.org")
    asked = await site.browser.post("/sign-in", data={"email": "Ada@Example.org", "onward": "/account/security"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/sent")
    path = await link_in_letter(site)
    for _ in range(3):
        shown = await site.browser.get(path)
        assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "no-referrer")
    used = await site.browser.post(path)
    assert (used.status_code, used.headers["location"]) == (303, "/account/security")
    cookie = next(c for c in used.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie
    assert (await site.browser.get("/account")).status_code == 200
    assert (await site.browser.post(path)).status_code == 410
    assert (await Person.get(id=person.id)).sign_ins == 1


async def test_the_answer_is_the_same_for_known_and_unknown_addresses(site: Site) -> None:
    """Words, status, headers; only the letter tells, and only its reader."""
    await make_person("known@example.org")
    known = await site.browser.post("/sign-in", data={"email": "known@example.org"})
    unknown = await site.browser.post("/sign-in", data={"email": "unknown@example.org"})
    assert (known.status_code, known.content, dict(known.headers)) == (
        unknown.status_code,
        unknown.content,
        dict(unknown.headers),
    )
    sent = {to: text for to, _, text in await letters(site)}
    assert "/sign-in/" in sent["known@example.org"]
    assert "/sign-in/" not in sent["unknown@example.org"]
    assert await SignInLink.filter(email="unknown@example.org").count() == 1


async def test_the_token_is_kept_nowhere(site: Site) -> None:
    """Neither with the link, nor with the letter, nor with the session."""
    await make_person("ada@example.org")
    await site.browser.post("/sign-in", data={"email": "ada@example.org"})
    token = (await link_in_letter(site)).rpartition("/")[2]
    link = await SignInLink.get(email="ada@example.org")
    assert link.token_hash == hashed(token)
    used = await site.browser.post(f"/sign-in/{token}")
    secret = used.cookies[PLAIN_COOKIE]
    assert (await Session.all())[0].token_hash == hashed(secret)


async def test_a_link_dies_after_a_quarter_of_an_hour(site: Site) -> None:
    """And the page that says so helps to get another."""
    await make_person("ada@example.org")
    await site.browser.post("/sign-in", data={"email": "ada@example.org"})
    path = await link_in_letter(site)
    await SignInLink.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    for answer in (await site.browser.get(path), await site.browser.post(path)):
        assert answer.status_code == 410
        assert "works once and for 15 minutes" in answer.text
        assert 'action="/sign-in"' in answer.text


async def test_nobody_is_flooded_and_nobody_locked_out(site: Site) -> None:
    """A stranger who asks twenty times makes three letters; each of them signs the owner in."""
    await make_person("ada@example.org")
    for _ in range(20):
        assert (await site.browser.post("/sign-in", data={"email": "ada@example.org"})).status_code == 303
    sent = await letters(site)
    assert len(sent) == 3
    for _, _, text in sent:
        path = re.search(r"(/sign-in/[\w-]{43})", text)
        assert path
        assert (await site.browser.post(path[1])).status_code == 303


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "a b@example.org", "ada@example", "x" * 250 + "@example.org"])
async def test_what_is_no_address_is_said_beside_the_field(site: Site, typed: str) -> None:
    """And what was typed is still there."""
    answer = await site.browser.post("/sign-in", data={"email": typed, "onward": "/account"})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'value="/account"' in answer.text


async def test_signing_out_ends_the_session_everywhere(site: Site) -> None:
    """The cookie, kept by somebody else, is good for nothing."""
    browser = await sign_in(site.browser, await make_person())
    copy = dict(browser.cookies)
    assert (await browser.get("/account")).status_code == 200
    assert (await browser.post("/sign-out")).headers["location"] == "/"
    thief = httpx.AsyncClient(transport=browser._transport, base_url=browser.base_url, cookies=copy)
    assert (await thief.get("/account")).headers["location"] == "/sign-in?onward=%2Faccount"


async def test_who_was_signed_out_in_another_tab_is_told_and_nothing_changes(site: Site) -> None:
    """What was sent is not done, and the page says so."""
    person = await make_person(name="Ada")
    browser = await sign_in(site.browser, person)
    await Session.all().delete()
    answer = await browser.post("/account/name", data={"name": "Bob"})
    assert answer.status_code == 401
    assert "nothing was changed" in answer.text
    assert (await Person.get(id=person.id)).name == "Ada"


@pytest.mark.parametrize(
    ("organiser", "idle", "alive"),
    [(False, 29, True), (False, 31, False), (True, 0.4, True), (True, 0.6, False)],
)
async def test_a_session_that_was_not_used_ends(site: Site, organiser: bool, idle: float, alive: bool) -> None:
    """After thirty days; an organiser's after twelve hours."""
    browser = await sign_in(site.browser, await make_person(is_organiser=organiser))
    await Session.all().update(seen_at=datetime.now(UTC) - timedelta(days=idle))
    assert (await browser.get("/account")).status_code == (200 if alive else 303)


async def test_a_session_ends_however_busy_it_is(site: Site) -> None:
    """After half a year; an organiser's after a week."""
    for organiser, days in ((False, 180), (True, 7)):
        await sign_in(site.browser, person := await make_person(is_organiser=organiser))
        session = await Session.get(person_id=person.id)
        assert abs(session.expires_at - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=1)


async def test_one_session_can_end_another_but_nobody_elses(site: Site) -> None:
    """By its own button; then all others at once."""
    ada, bob = await make_person(), await make_person()
    here, there, third = [await sign_in(site.browser, ada) for _ in range(3)]
    his = await sign_in(site.browser, bob)
    of_there, of_bob = (await Session.filter(person=ada).order_by("made_at"))[1], await Session.get(person=bob)
    await here.post(f"/account/sessions/{of_there.id}/end")
    await here.post(f"/account/sessions/{of_bob.id}/end")
    assert [(await b.get("/account")).status_code for b in (here, there, third, his)] == [200, 303, 200, 200]
    await here.post("/account/sessions/end-others")
    assert [(await b.get("/account")).status_code for b in (here, third, his)] == [200, 303, 200]


async def test_an_address_changes_once_the_new_one_has_confirmed_it(site: Site) -> None:
    """The old one is told, and says not where to in full."""
    person = await make_person("old@example.org")
    browser = await sign_in(site.browser, person)
    await browser.post("/account/email", data={"email": "new@example.org"})
    assert (await Person.get(id=person.id)).email == "old@example.org"
    path = await link_in_letter(site)
    assert "new@example.org" in (await browser.get(path)).text
    assert (await browser.post(path)).headers["location"] == "/account?said=email"
    assert (await Person.get(id=person.id)).email == "new@example.org"
    to, _, text = (await letters(site))[0]
    assert to == "old@example.org"
    assert "n•••@example.org" in text
    assert "new@example.org" not in text


async def test_an_address_that_belongs_to_somebody_is_not_taken_over(site: Site) -> None:
    """The answer to who asks is the same; the letter goes to its owner, and its button moves nothing."""
    await make_person("taken@example.org")
    person = await make_person("mine@example.org")
    browser = await sign_in(site.browser, person)
    free = await browser.post("/account/email", data={"email": "free@example.org"})
    taken = await browser.post("/account/email", data={"email": "taken@example.org"})
    assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
    assert (await browser.post(await link_in_letter(site))).status_code == 410
    assert (await Person.get(id=person.id)).email == "mine@example.org"


@given(st.text(max_size=60))
def test_the_way_on_never_leaves_the_site(typed: str) -> None:
    """Whatever stands in the address."""
    onward = safe_onward(typed)
    assert onward == "" or (onward.startswith("/") and not onward.startswith(("//", "/\\")))


@pytest.mark.parametrize(
    "evil", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/ b", "javascript:1"]
)
def test_known_ways_out_are_closed(evil: str) -> None:
    """By example."""
    assert safe_onward(evil) == ""


def test_a_device_is_named_in_words() -> None:
    """So that its owner knows it again."""
    pixel = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    assert (device_of(pixel), device_of("curl/8")) == ("Chrome on Android", "An unknown device")


async def test_details_are_changed_and_shown(site: Site) -> None:
    """A name that is left out is asked for."""
    browser = await sign_in(site.browser, await make_person(name="Ada"))
    assert (await browser.post("/account/name", data={"name": " "})).status_code == 422
    assert (await browser.post("/account/name", data={"name": "Zoë  Ω"})).status_code == 303
    assert "Hello, Zoë Ω" in words_of((await browser.get("/account")).text)


async def test_known_and_unknown_addresses_cost_the_same_statements(site: Site) -> None:
    """So that nobody can tell them apart by time either."""
    await make_person("known@example.org")
    counts = []
    for email in ("known@example.org", "unknown@example.org"):
        said: list[str] = []
        async with connection() as raw:
            with raw.query_logger(lambda record, said=said: said.append(record.query)):
                await site.browser.post("/sign-in", data={"email": email})
        counts.append([statement for statement in said if "SAVEPOINT" not in statement])  # they carry numbers
    assert len(counts[0]) > 2
    assert counts[0] == counts[1]


async def test_nobody_is_locked_out_by_who_asks_for_their_address(site: Site) -> None:
    """Letters to confirm a new address count against who asks for them."""
    await make_person("victim@example.org")
    browser = await sign_in(site.browser, await make_person())
    for _ in range(5):
        await browser.post("/account/email", data={"email": "victim@example.org"})
    await site.browser.post("/sign-in", data={"email": "victim@example.org"})
    subjects = [subject for to, subject, _ in await letters(site) if to == "victim@example.org"]
    assert sorted(subjects) == ["Confirm your new address"] * 3 + ["Your link to sign in"]
