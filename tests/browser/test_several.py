"""A real Chromium: somebody gives to three of a team at once, sees how it is shared out, and pays once."""

import re

from playwright.async_api import BrowserContext, expect

from fundraising.web.words import money
from tests.browser.test_give import RUNNER, TEAM, total
from tests.journeys.processes import Process


async def test_an_amount_is_shared_out_in_sight_and_paid_once(
    phone: BrowserContext, demo: tuple[Process, dict[str, str]]
) -> None:
    """One press leads on, since the split has been seen already; each of the three has its part."""
    before = {path: await total(demo[0], path) for path in (TEAM, RUNNER)}
    page = await phone.new_page()
    await page.goto(TEAM)
    await page.get_by_role("link", name="Give to several of us").click()
    await expect(page.locator("[data-give]")).to_have_text("See how it is shared out")
    await page.get_by_label("One amount for all of them").fill("10")
    boxes = page.locator(".members input[type=checkbox]")
    for name in ("Harpreet Singh Sandhal", "Doreen Clegghorn", "Little Harpwood Brass"):
        await page.locator(".members label.equal").filter(has_text=name).click()
    assert await boxes.count() > 3
    await expect(page.locator("#split td")).to_have_text(["£3.34", "£3.33", "£3.33", "£10"])
    await expect(page.locator("[data-give]")).to_have_text("Give £10")
    await page.get_by_label("Your name").fill("Ada Example")
    await page.get_by_label("E-mail, for your receipt").fill("ada@example.org")
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 15")
    await page.locator("[data-give]").click()
    await page.get_by_role("button", name=re.compile("^Pay")).first.click()
    await expect(page.locator("#state-title")).to_have_text("Thank you, Ada Example", timeout=5000)
    await expect(page.get_by_role("heading", name="Paid in one go")).to_be_visible()
    assert await total(demo[0], TEAM) == before[TEAM] + 1000
    assert await total(demo[0], RUNNER) == before[RUNNER] + 333
    await page.goto(RUNNER)
    await expect(page.locator("#figure")).to_have_text(money(before[RUNNER] + 333))
