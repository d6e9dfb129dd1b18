"""Passkeys: a real authenticator in software is believed once, and whatever is not quite right is refused in words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from fundraising.people.asking import COOKIE
from fundraising.people.models import Challenge, Passkey, Person, Session, Way
from fundraising.people.passkey_places import MOST
from tests.conftest import Site
from tests.fundraising.people.authenticator import PRESENT, Authenticator
from tests.makers import make_person, sign_in

CHALLENGE = "/sign-in/passkey/options"


async def ask(browser: httpx.AsyncClient, path: str = CHALLENGE) -> dict[str, Any]:
    """What is to be signed."""
    answer = await browser.post(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def add(browser: httpx.AsyncClient, passkey: Authenticator) -> httpx.Response:
    """Make a passkey and send it."""
    return await browser.post("/account/passkeys", json=passkey.make(await ask(browser, "/account/passkeys/options")))


async def make_passkey(site: Site, person: Person, **given: Any) -> Authenticator:
    """Somebody's passkey, kept by the site."""
    passkey = Authenticator(**given)
    answer = await add(await sign_in(site.browser, person), passkey)
    assert answer.json() == {"to": "/account/security?said=passkey"}
    return passkey


def refused(answer: httpx.Response, status: int, words: str) -> None:
    """In JSON, in a sentence, without a cookie."""
    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.text
    assert "set-cookie" not in answer.headers


async def test_a_passkey_is_added_listed_and_signs_in(site: Site) -> None:
    """No address typed, no letter; the session is strong, and what it was used for is on its page."""
    person = await make_person()
    passkey = await make_passkey(site, person)
    asked = await ask(site.browser)
    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials", [])) == ("run.test", "required", [])
    answer = await site.browser.post("/sign-in/passkey", json=passkey.show(asked) | {"onward": "/account/details"})
    assert answer.json() == {"to": "/account/details"}
    assert any(cookie.startswith(COOKIE) for cookie in answer.headers.get_list("set-cookie"))
    session = await Session.get(way=Way.PASSKEY)
    assert (session.person_id, session.owes_step, bool(session.strong_at)) == (person.id, False, True)
    shown = (await site.browser.get("/account/security")).text
    assert "An unknown device" in shown
    assert "last used" in shown


async def test_what_is_asked_for_knows_its_owner_and_is_not_made_twice(site: Site) -> None:
    """Discoverable, with a finger, face or PIN; no address stands in its handle; what is there is excluded."""
    person = await make_person("ada@example.org")
    passkey = await make_passkey(site, person)
    asked = await ask(await sign_in(site.browser, person), "/account/passkeys/options")
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert [one["id"] for one in asked["excludeCredentials"]] == [passkey.id]
    assert len(base64url_to_bytes(asked["user"]["id"])) == 8
    again = await add(await sign_in(site.browser, person), passkey)
    refused(again, 409, "registered already")


async def test_a_question_is_good_once(site: Site) -> None:
    """The very same answer, sent again, signs nobody in: whether the first one was right or not."""
    passkey = await make_passkey(site, await make_person())
    answer = passkey.show(await ask(site.browser))
    assert (await site.browser.post("/sign-in/passkey", json=answer)).status_code == 200
    site.browser.cookies.clear()
    refused(await site.browser.post("/sign-in/passkey", json=answer), 410, "sent twice")
    asked = await ask(site.browser)
    wrong = Authenticator(credential=passkey.credential, handle=passkey.handle).show(asked)
    refused(await site.browser.post("/sign-in/passkey", json=wrong), 403, "not accepted")
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(asked)), 410, "sent twice")


async def test_a_question_dies_after_five_minutes(site: Site) -> None:
    """And the next one sweeps it away."""
    passkey = await make_passkey(site, await make_person())
    answer = passkey.show(await ask(site.browser))
    await Challenge.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    refused(await site.browser.post("/sign-in/passkey", json=answer), 410, "five minutes")
    asked = [await ask(site.browser) for _ in range(3)]
    await Challenge.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await ask(site.browser)
    assert (len(asked), await Challenge.all().count()) == (3, 1)


async def test_a_question_that_was_asked_of_somebody_else_is_not_answered(site: Site) -> None:
    """Neither between two people, nor between signing in and adding, nor one of our own making."""
    ada, bob = await make_person(), await make_person()
    passkey = await make_passkey(site, ada)
    browser = await sign_in(site.browser, bob)
    of_ada = await ask(await sign_in(site.browser, ada), "/account/passkeys/options")
    refused(await browser.post("/account/passkeys", json=Authenticator().make(of_ada)), 410, "try again")
    of_anybody = await ask(site.browser)
    making = of_anybody | {"user": {"id": "AAAAAAAAAAE"}}
    refused(await browser.post("/account/passkeys", json=Authenticator().make(making)), 410, "try again")
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(of_ada)), 410, "try again")
    own = {"challenge": bytes_to_base64url(uuid4().bytes * 2)}
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(own)), 410, "try again")
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show({"challenge": "AAAA"})), 410, "try again")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another site": ({"origin": "https://evil.example"}, "not accepted"),
    "another port": ({"origin": "http://run.test:81"}, "not accepted"),
    "the same name by another scheme": ({"origin": "https://run.test"}, "not accepted"),
    "another name": ({"rp_id": "evil.example"}, "not accepted"),
    "a name above ours": ({"rp_id": "test"}, "not accepted"),
    "nobody there": ({"flags": 0}, "not accepted"),
    "nobody verified": ({"flags": PRESENT}, "finger, face or PIN"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_not_quite_right_neither_signs_in_nor_is_kept(site: Site, what: str) -> None:
    """Each is one thing wrong with an answer that is good otherwise."""
    wrong, words = WRONG[what]
    person = await make_person()
    passkey = await make_passkey(site, person)
    for name, value in wrong.items():
        setattr(passkey, name, value)
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser))), 403, words)
    refused(await add(await sign_in(site.browser, person), Authenticator(**wrong)), 403, words)
    assert await Passkey.all().count() == 1
    assert await Session.filter(way=Way.PASSKEY).count() == 0


async def test_a_counter_that_does_not_go_on_means_a_copy(site: Site) -> None:
    """Refused when it goes back, stands still, or begins at nothing again; who never counts is let in."""
    passkey = await make_passkey(site, await make_person(), count=5)
    for before in (5, 7):
        passkey.count = before
        shown = passkey.show(await ask(site.browser))
        assert (await site.browser.post("/sign-in/passkey", json=shown)).status_code == 200
        site.browser.cookies.clear()
    for before in (6, 7, 0):
        passkey.count = before
        shown = passkey.show(await ask(site.browser))
        refused(await site.browser.post("/sign-in/passkey", json=shown), 403, "copied")
    passkey.count = 8
    assert (await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser)))).status_code == 200


async def test_a_passkey_signs_in_nobody_but_its_owner(site: Site) -> None:
    """Whatever name it is shown under; one that we never kept, removed, or whose owner was erased, nobody at all."""
    ada, bob = await make_person(), await make_person()
    passkey, of_bob = await make_passkey(site, ada), await make_passkey(site, bob)
    own = passkey.handle
    for handle in (of_bob.handle, None, "", "AAAA"):
        passkey.handle = handle
        refused(await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser))), 403, "another")
    passkey.handle = own
    unknown = Authenticator(handle=own)
    refused(await site.browser.post("/sign-in/passkey", json=unknown.show(await ask(site.browser))), 403, "do not know")
    await Person.filter(id=ada.id).update(erased_at=datetime.now(UTC), email=None)
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser))), 403, "do not know")


async def test_a_passkey_is_renamed_and_removed_by_its_owner_only(site: Site) -> None:
    """To everybody else it is not there."""
    ada, bob = await make_person(), await make_person()
    passkey = await make_passkey(site, ada)
    path = f"/account/passkeys/{(await Passkey.get(person=ada)).id}"
    his, hers = await sign_in(site.browser, bob), await sign_in(site.browser, ada)
    for answer in (await his.get(path), await his.post(path, data={"name": "Mine"}), await his.post(path + "/remove")):
        assert answer.status_code == 404
    assert (await his.get(f"/account/passkeys/{2**70}")).status_code == 404
    assert (await hers.post(path, data={"name": " "})).status_code == 422
    assert (await hers.post(path, data={"name": "The old  phone"})).status_code == 303
    assert "The old phone" in (await hers.get("/account/security")).text
    assert (await hers.post(path + "/remove")).headers["location"] == "/account/security?said=removed"
    refused(await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser))), 403, "do not know")


async def test_an_organisers_last_one_goes_only_after_a_warning(site: Site) -> None:
    """Once it was read."""
    person = await make_person(is_organiser=True)
    await make_passkey(site, person)
    browser = await sign_in(site.browser, person)
    path = f"/account/passkeys/{(await Passkey.get(person=person)).id}"
    assert "stays shut" in (await browser.get(path)).text
    warned = await browser.post(path + "/remove")
    assert (warned.status_code, await Passkey.all().count()) == (422, 1)
    assert (await browser.post(path + "/remove", data={"warned": "yes"})).status_code == 303
    assert await Passkey.all().count() == 0


async def test_an_endless_name_of_a_passkey_is_refused(site: Site) -> None:
    """Longer than the standard allows."""
    browser = await sign_in(site.browser, await make_person())
    refused(await add(browser, Authenticator(credential=b"x" * 1100)), 403, "not accepted")


async def test_nobody_collects_passkeys_without_end(site: Site) -> None:
    """Twenty are enough."""
    person = await make_person()
    given = {"person": person, "public_key": b"", "name": "One of many"}
    await Passkey.bulk_create([Passkey(credential=f"AAA{at}", **given) for at in range(MOST)])
    browser = await sign_in(site.browser, person)
    refused(await browser.post("/account/passkeys/options"), 409, "remove one first")


async def test_where_the_address_is_of_numbers_it_says_so(site: Site) -> None:
    """Browsers tie passkeys to a name; the code app works anywhere."""
    person = await make_person()
    object.__setattr__(site.house.settings, "base_url", "http://127.0.0.1:8000")
    site.house.guarded._hosts = frozenset({"127.0.0.1", "run.test"})
    host = {"host": "127.0.0.1:8000"}
    browser = await sign_in(site.browser, person)
    shown = (await browser.get("/account/security", headers=host)).text
    assert "Passkeys need a name in the address bar" in shown
    assert 'href="http://localhost:8000"' in shown
    assert "passkeys." not in shown
    assert "Set up a code app" in shown
    refused(await site.browser.post(CHALLENGE, headers=host), 409, "need a name")
    refused(await browser.post("/account/passkeys/options", headers=host), 409, "need a name")
    assert "http://localhost:8000" in (await site.browser.get("/sign-in", headers=host)).text


async def test_behind_a_proxy_the_origin_is_what_the_world_sees(site: Site) -> None:
    """By the header of a proxy that we trust, and of nobody else."""
    passkey = await make_passkey(site, await make_person())
    passkey.origin, told = "https://run.test", {"x-forwarded-proto": "https"}
    refused(
        await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser)), headers=told),
        403,
        "not",
    )
    site.house.guarded._proxies = (ip_network("127.0.0.0/8"),)
    answer = await site.browser.post("/sign-in/passkey", json=passkey.show(await ask(site.browser)), headers=told)
    assert answer.status_code == 200


async def test_adding_needs_somebody_signed_in(site: Site) -> None:
    """Told to the script in words."""
    for path in ("/account/passkeys/options", "/account/passkeys"):
        refused(await site.browser.post(path, json={}), 401, "signed out")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'"x"', b"{}", b'{"response": 1}', b"[" * 5000])
async def test_nonsense_is_refused_in_words(site: Site, body: bytes) -> None:
    """By both doors."""
    browser = await sign_in(site.browser, await make_person())
    refused(await site.browser.post("/sign-in/passkey", content=body), 403, "not accepted")
    refused(await browser.post("/account/passkeys", content=body), 403, "not accepted")


Spoil = Callable[[dict[str, Any]], None]
PARTS = ("id", "rawId", "type", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from(PARTS),
    value=st.one_of(st.none(), st.integers(), st.text(max_size=40), st.binary(max_size=60).map(bytes_to_base64url)),
    at=st.integers(min_value=0, max_value=400),
    spoilt=st.booleans(),
)
async def test_no_spoilt_answer_trips_us_or_gets_in(
    site: Site, part: str, value: object, at: int, spoilt: bool
) -> None:
    """A part is missing, another thing, or has one byte changed: refused with a sentence, never an error of ours."""
    person = await make_person()
    passkey = await make_passkey(site, person)
    browser = await sign_in(site.browser, person)
    showing = passkey.show(await ask(site.browser))
    making = Authenticator().make(await ask(browser, "/account/passkeys/options"))
    for client, path, answer in ((site.browser, "/sign-in/passkey", showing), (browser, "/account/passkeys", making)):
        place = answer if part in answer else answer["response"]
        if part not in place:
            continue
        if spoilt and isinstance(place[part], str) and part not in ("type", "clientDataJSON"):
            raw = bytearray(base64url_to_bytes(place[part]))
            raw[at % len(raw)] ^= 1
            place[part] = bytes_to_base64url(bytes(raw))
        else:
            place[part] = value
        told = await client.post(path, content=json.dumps(answer))
        assert told.status_code in ((200, 403, 409, 410) if path == "/account/passkeys" else (403, 410)), told.text
    site.browser.cookies.clear()
