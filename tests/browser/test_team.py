"""A real Chromium at a team's page: the order that somebody chose outlives a gift that comes meanwhile."""

import re

from playwright.async_api import BrowserContext, expect

from tests.browser.test_give import RUNNER, TEAM, fill


async def test_the_order_of_the_members_stays_as_chosen_while_the_total_moves(
    phone: BrowserContext, other_phone: BrowserContext
) -> None:
    """Nothing but the browser knows of the choice, and the stream brings the rows anew."""
    page, giver = await phone.new_page(), await other_phone.new_page()
    await page.goto(TEAM)
    by_amount, by_name = page.locator(".by-amount"), page.locator(".by-name")
    await expect(by_amount).to_be_visible()
    await expect(by_name).to_be_hidden()
    await page.get_by_label("By name").check()
    names = await by_name.get_by_role("link").locator("bdi").all_inner_texts()
    assert names == sorted(names)
    before = await page.locator("#figure").inner_text()
    await giver.goto(f"{RUNNER}/donate")
    await fill(giver, "26")
    await giver.locator("[data-give]").click()
    await giver.get_by_role("button", name=re.compile("^Pay")).first.click()
    await expect(page.locator("#figure")).not_to_have_text(before, timeout=5000)
    await expect(page.get_by_label("By name")).to_be_checked()
    await expect(by_name).to_be_visible()
    await expect(by_amount).to_be_hidden()
