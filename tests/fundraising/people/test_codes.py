"""One-time codes: each is good once, a clock may be a little off, and five wrong ones end one session only."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundraising.people.codes import MOST_WRONG, STEP_SECONDS, find_step
from fundraising.people.models import CodeApp, Person, Session
from fundraising.web.sealing import unseal
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in

PATH, STEP = "/account/security/code", "/sign-in/step"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2027, 5, 2, 12, 0, 10, tzinfo=UTC)


def code_of(secret: str, steps: int = 0) -> str:
    """What an app shows now, or showed some half minutes ago."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=steps * STEP_SECONDS))


def wrong_code(secret: str) -> str:
    """None of the last, this and the next few half minutes."""
    good = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in good
    )


async def set_up(browser: httpx.AsyncClient) -> str:
    """Scan and confirm; a session sees the secret once only.

    The code that confirms is one of a minute's half before, so that the one of now is still good.
    """
    shown = await browser.get(PATH)
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', shown.text)
    assert found, shown.text
    secret = found[1].replace(" ", "")
    answer = await browser.post(PATH, data={"code": code_of(secret)})
    assert answer.headers["location"] == "/account/security?said=code", words_of(answer.text)
    await CodeApp.all().update(last_step=0)
    return secret


async def owing(site: Site, person: Person) -> httpx.AsyncClient:
    """A browser that has used the link in a letter and owes its step."""
    return await sign_in(site.browser, person, strong=False)


async def test_an_app_is_scanned_confirmed_and_sealed(site: Site) -> None:
    """The picture has no style in it; the row holds nothing that an app could use."""
    person = await make_person("ada@example.org")
    browser = await sign_in(site.browser, person, strong=False)
    shown = (await browser.get(PATH)).text
    assert "<svg" in shown
    assert "style" not in shown.partition("<svg")[2].partition("</svg>")[0]
    assert shown == (await browser.get(PATH)).text
    row = await CodeApp.get(person=person)
    assert row.confirmed_at is None
    secret = unseal(site.house.settings, "code app", row.secret).decode()
    assert secret.encode() not in row.secret
    assert (await browser.post(PATH, data={"code": wrong_code(secret)})).status_code == 422
    assert (await CodeApp.get(person=person)).confirmed_at is None
    assert (await browser.post(PATH, data={"code": code_of(secret)})).status_code == 303
    assert (await Session.get(person=person)).strong_at
    assert (await CodeApp.get(person=person)).confirmed_at
    assert secret not in (await browser.get(PATH)).text


async def test_a_secret_that_nobody_confirmed_is_made_anew_after_an_hour(site: Site) -> None:
    """So that an old screenshot is worth nothing."""
    browser = await sign_in(site.browser, await make_person())
    await browser.get(PATH)
    before = (await CodeApp.all())[0].secret
    await CodeApp.all().update(made_at=datetime.now(UTC) - timedelta(minutes=61))
    await browser.get(PATH)
    assert (await CodeApp.all())[0].secret != before


async def test_after_the_letter_the_code_signs_in(site: Site) -> None:
    """And leads on to where they wanted to go."""
    person = await make_person()
    secret = await set_up(await sign_in(site.browser, person))
    browser = await owing(site, person)
    assert (await browser.get("/account/details")).headers["location"] == "/sign-in?onward=%2Faccount%2Fdetails"
    led = (await browser.get("/sign-in?onward=%2Faccount%2Fdetails")).headers["location"]
    assert led == STEP + "?onward=%2Faccount%2Fdetails"
    assert 'value="/account/details"' in (await browser.get(led)).text
    shown = code_of(secret)
    answer = await browser.post(STEP, data={"code": f" {shown[:3]} {shown[3:]} ", "onward": "/account/details"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/details")
    assert (await browser.get("/account/details")).status_code == 200
    assert (await browser.get(STEP)).headers["location"] == "/account"


async def test_a_code_is_good_once(site: Site) -> None:
    """Whoever looks over a shoulder comes too late; so does an older code after a newer one."""
    person = await make_person()
    secret = await set_up(await sign_in(site.browser, person))
    first, second = await owing(site, person), await owing(site, person)
    shown, before = code_of(secret), code_of(secret, -1)
    assert (await first.post(STEP, data={"code": shown})).status_code == 303
    for code in (shown, before):
        again = await second.post(STEP, data={"code": code})
        assert again.status_code == 422
        assert "used already" in again.text
    assert (await second.get("/account")).status_code == 303


async def test_five_wrong_codes_end_that_session_and_no_other(site: Site) -> None:
    """Nobody locks out another: a new letter begins anew, and who is signed in stays so."""
    person = await make_person()
    inside = await sign_in(site.browser, person)
    secret = await set_up(inside)
    first, second = await owing(site, person), await owing(site, person)
    for _ in range(MOST_WRONG - 1):
        assert (await first.post(STEP, data={"code": wrong_code(secret)})).status_code == 422
    over = await first.post(STEP, data={"code": wrong_code(secret), "onward": "/account/details"})
    assert over.status_code == 403
    assert "fifth wrong code" in over.text
    assert 'value="/account/details"' in over.text
    assert (await first.post(STEP, data={"code": code_of(secret)})).headers["location"] == "/sign-in"
    assert (await inside.get("/account")).status_code == 200
    assert (await second.post(STEP, data={"code": code_of(secret)})).status_code == 303


async def test_who_holds_the_mailbox_cannot_guess_for_ever(site: Site) -> None:
    """Session after session: after twenty wrong ones codes rest, right ones too; an hour later there is one more try."""
    person = await make_person()
    inside = await sign_in(site.browser, person)
    secret = await set_up(inside)
    for _ in range(4):
        guesser = await owing(site, person)
        for _ in range(MOST_WRONG):
            await guesser.post(STEP, data={"code": wrong_code(secret)})
    owner = await owing(site, person)
    assert (await owner.post(STEP, data={"code": wrong_code(secret)})).status_code == 422
    resting = await owner.post(STEP, data={"code": code_of(secret)})
    assert (resting.status_code, "rest for an hour" in resting.text) == (429, True)
    assert (await inside.get("/account")).status_code == 200
    row = await CodeApp.get(person=person)
    assert row.wrong_until
    await CodeApp.all().update(wrong_until=row.wrong_until - timedelta(hours=1))
    assert (await owner.post(STEP, data={"code": code_of(secret)})).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34\x0056", "0x1234", "-12345"])
async def test_what_is_no_code_is_said_beside_the_field(site: Site, typed: str) -> None:
    """And counts as wrong."""
    person = await make_person()
    await set_up(await sign_in(site.browser, person))
    browser = await owing(site, person)
    answer = await browser.post(STEP, data={"code": typed})
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


@given(st.integers(min_value=-5, max_value=5))
def test_a_clock_may_be_one_step_off(steps: int) -> None:
    """No more; and the step is that of the code, so that it is not good again later."""
    code = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=steps * STEP_SECONDS))
    now = int(NOON.timestamp()) // STEP_SECONDS
    assert find_step(SECRET, code, NOON) == (now + steps if abs(steps) <= 1 else None)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert find_step(secret, code, datetime.fromtimestamp(at, UTC)) == at // STEP_SECONDS


async def test_removing_it_needs_a_code_or_a_session_that_has_shown_one(site: Site) -> None:
    """A letter is enough for neither."""
    person = await make_person()
    weak = await sign_in(site.browser, person, strong=False)
    strong = await sign_in(site.browser, person)
    secret = await set_up(strong)
    assert "So that nobody but you removes it" in (await weak.get(PATH)).text
    assert "So that nobody but you removes it" not in (await strong.get(PATH)).text
    assert (await weak.post(PATH + "/remove", data={"code": wrong_code(secret)})).status_code == 422
    assert (await weak.post(PATH + "/remove", data={"code": code_of(secret)})).status_code == 303
    assert await CodeApp.all().count() == 0
    await set_up(strong)
    assert (await strong.post(PATH + "/remove")).status_code == 303
    assert (await owing(site, person)).cookies
    assert (await (await owing(site, person)).get("/account")).status_code == 200


async def test_an_app_that_counts_is_not_replaced_by_looking_at_its_page(site: Site) -> None:
    """Nor by confirming once more."""
    browser = await sign_in(site.browser, await make_person())
    secret = await set_up(browser)
    before = (await CodeApp.all())[0].secret
    await browser.get(PATH)
    assert (await browser.post(PATH, data={"code": code_of(secret)})).status_code == 409
    assert (await CodeApp.all())[0].secret == before
