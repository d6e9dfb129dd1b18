"""A real Chromium: somebody enters the run on a phone, with and without JavaScript, and looks after the place."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PHONE
from tests.journeys.processes import Process, run
from tests.makers import tag

EVENT = "/events/uk-backward-run"
MILE = re.compile("Championship Mile")


async def fill(page: Page, name: str, email: str) -> None:
    """The entry form for one runner."""
    await page.get_by_label(MILE).check()
    await page.get_by_label("First name").fill(name)
    await page.get_by_label("Last name").fill("Example")
    for unit, value in (("Day", "27"), ("Month", "3"), ("Year", "1994")):
        await page.get_by_label(unit, exact=True).fill(value)
    await page.get_by_label("Open", exact=True).check()
    await page.get_by_label("Whom to call in an emergency").fill("Sam Example")
    await page.get_by_label("Their telephone").fill("07700 900123")
    await page.get_by_label("I have read the rules and agree to them").check()
    await page.get_by_label("Your name").fill(f"{name} Example")
    await page.get_by_label("Your e-mail").fill(email)


async def pay(page: Page) -> None:
    """On the sandbox's page."""
    await page.get_by_role("button", name="Pay", exact=False).first.click()


@pytest.mark.parametrize("with_script", [True, False], ids=["javascript", "no javascript"])
async def test_somebody_enters_on_a_phone_and_signs_in_to_the_place(
    browser: Browser, demo: tuple[Process, dict[str, str]], with_script: bool
) -> None:
    """Form, Checkout, the page that says it; then the letter's link, and the place on the account."""
    context = await browser.new_context(base_url=demo[0].url, java_script_enabled=with_script, **PHONE)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    name, email = f"Kit{tag()}", f"kit-{tag()}@example.org"
    await page.goto(EVENT)
    await page.get_by_role("link", name="Enter the run").first.click()
    await fill(page, name, email)
    await page.get_by_label("Their telephone").fill("ring me")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#emergency_phone-1-error")).to_be_visible()
    await expect(page.get_by_label("First name")).to_have_value(name)
    await page.get_by_label("Their telephone").fill("07700 900123")
    await page.get_by_role("button", name="Go on").click()
    await pay(page)
    if not with_script:
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        for _ in range(20):
            if await page.get_by_role("heading", name="You are in").count():
                break
            await page.wait_for_timeout(250)
            await page.reload()
    await expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    await must_reach_the_place(page, name, email)
    await context.close()
    assert run("books", env=demo[1]).returncode == 0


async def sign_in_by_letter(page: Page, email: str) -> None:
    """By the letter, as its reader would."""
    await page.goto("/sign-in")
    await page.get_by_label("Your e-mail address").fill(email)
    await page.get_by_role("button", name="Send me the link").click()
    await expect(page.get_by_role("heading", name="Look into your letters")).to_be_visible()
    for _ in range(20):
        await page.goto("/demo/mail")
        letter = page.locator("li", has_text=email).filter(has_text="Your link to sign in")
        if await letter.count():
            break
        await page.wait_for_timeout(250)
    await letter.first.get_by_role("link").click()
    text = await page.locator("main").inner_text()
    found = re.search(r"/sign-in/[\w-]{43}", text) or re.search(r"/sign-in/[\w-]{43}", await page.content())
    assert found
    await page.goto(found[0])
    await page.get_by_role("button", name="Sign in").click()


async def must_reach_the_place(page: Page, name: str, email: str) -> None:
    """Signed in, with the place on the account; it can be looked after."""
    await sign_in_by_letter(page, email)
    await expect(page.get_by_text(f"{name} Example").first).to_be_visible()
    await page.get_by_role("link", name="Look after it").click()
    await page.get_by_label("Club").fill("Tail End")
    await page.get_by_role("button", name="Keep these").click()
    await expect(page.get_by_text("Your details are changed.")).to_be_visible()
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/account")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_another_runner_is_added_by_the_button_and_by_no_accident(phone: BrowserContext) -> None:
    """Enter in a field sends the form and adds nobody."""
    page = await phone.new_page()
    await page.goto(f"{EVENT}/enter")
    await page.get_by_role("button", name="Add another runner").click()
    await expect(page.locator("fieldset.runner")).to_have_count(2)
    await page.locator("#first_name-2").fill("Kit")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_be_visible()
    await expect(page.locator("fieldset.runner")).to_have_count(2)
    await expect(page.locator("#first_name-2")).to_have_value("Kit")
    await page.get_by_role("button", name="Take the last one off").click()
    await expect(page.locator("fieldset.runner")).to_have_count(1)
