"""A real Chromium with a passkey in it: added on a phone, then used instead of the letter."""

import re
from collections.abc import AsyncIterator

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.chromium import PHONE
from tests.journeys.processes import Process

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def named(browser: Browser, demo: tuple[Process, dict[str, str]]) -> AsyncIterator[BrowserContext]:
    """A phone that knows the demonstration by name: passkeys need one."""
    address = demo[0].url.replace("127.0.0.1", "localhost")
    context = await browser.new_context(base_url=address, **PHONE)
    context.set_default_timeout(10_000)
    trouble: list[str] = []
    context.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    yield context
    await context.close()
    assert [line for line in trouble if "status of 4" not in line] == []


async def with_device(page: Page) -> tuple[CDPSession, str]:
    """A device that holds passkeys, for one window."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    added = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return cdp, added["authenticatorId"]


async def be(page: Page, kind: str) -> None:
    """Sign in by one click."""
    await page.goto("/demo/sign-in")
    await page.get_by_role("listitem").filter(has_text=kind).get_by_role("button", name=re.compile("^Sign in")).click()
    await page.wait_for_url(lambda url: "/demo/" not in url)


async def offer_nothing(page: Page) -> None:
    """The field offers no passkey by itself, so that the button is what is tried."""
    await page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")


async def test_a_passkey_is_added_and_then_signs_in(named: BrowserContext) -> None:
    """Once by the button; the device itself says that it has one already; removed, it is good for nothing."""
    page = await named.new_page()
    await offer_nothing(page)
    await be(page, "A parent")
    cdp, device = await with_device(page)
    await page.goto("/account/security")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("Your passkey is here")).to_be_visible()
    assert len((await cdp.send("WebAuthn.getCredentials", {"authenticatorId": device}))["credentials"]) == 1
    await page.get_by_role("button", name="Add another passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("holds a passkey for your account already")
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/account/details")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url("**/account/details")
    await expect(page.get_by_text("parent@example.org")).to_be_visible()
    await page.goto("/account/security")
    await expect(page.get_by_text("last used")).to_be_visible()
    await page.get_by_role("link", name=re.compile("^Change the passkey")).click()
    await page.get_by_role("button", name="Remove this passkey").click()
    await expect(page.get_by_text("The passkey is removed")).to_be_visible()
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("We do not know this passkey")


async def test_the_field_for_the_address_offers_it_by_itself(named: BrowserContext) -> None:
    """Where the browser can."""
    page = await named.new_page()
    await be(page, "A charity’s partner")
    await with_device(page)
    await page.goto("/account/security")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("Your passkey is here")).to_be_visible()
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/sign-in")
    await page.wait_for_url("**/account")
    await expect(page.get_by_text("partner@example.org")).to_be_visible()


async def test_who_closes_the_dialog_is_told_and_may_try_again(named: BrowserContext) -> None:
    """In words."""
    page = await named.new_page()
    await offer_nothing(page)
    cdp, device = await with_device(page)
    await cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    await page.goto("/sign-in")
    button = page.get_by_role("button", name="Sign in with a passkey")
    await button.click()
    await expect(page.get_by_role("alert")).to_contain_text("You can try again")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_by_a_number_it_says_where_passkeys_work_and_a_code_app_is_set_up(phone: BrowserContext) -> None:
    """Scan, type the code, and see it asked for."""
    page = await phone.new_page()
    await be(page, "A runner alone")
    await page.goto("/account/security")
    await expect(page.get_by_text("Passkeys need a name in the address bar")).to_be_visible()
    await page.get_by_role("link", name="Set up a code app").click()
    await expect(page.get_by_role("img", name="QR code for your code app")).to_be_visible()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    await page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Set it up").click()
    await expect(page.get_by_text("Your code app is set up")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_without_javascript_no_button_promises_what_it_cannot_do(
    browser: Browser, demo: tuple[Process, dict[str, str]]
) -> None:
    """The letter works, and the page says what passkeys need."""
    address = demo[0].url.replace("127.0.0.1", "localhost")
    context = await browser.new_context(base_url=address, java_script_enabled=False, **PHONE)
    page = await context.new_page()
    await page.goto("/sign-in")
    await expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    await page.get_by_label("Your e-mail address").fill("captain@example.org")
    await page.get_by_role("button", name="Send me the link").click()
    await expect(page.get_by_role("heading", name="Look into your letters")).to_be_visible()
    await be(page, "A team captain")
    await page.goto("/account/security")
    await expect(page.get_by_text("Adding one needs JavaScript")).to_be_visible()
    await expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    await context.close()
