"""A real Chromium at the desk of results: the keyboard alone, and nothing but the two keys that a typist wants."""

import re

from playwright.async_api import BrowserContext, expect

RESULTS = "/organiser/events/uk-backward-run/results"


async def test_results_are_typed_with_the_keyboard_alone(phone: BrowserContext) -> None:
    """Enter goes from field to field and from line to line, and saves on an empty one; then the first field waits."""
    page = await phone.new_page()
    await page.goto("/demo/sign-in")
    await page.get_by_role("button", name="as Hattie Brackenbury").click()
    await page.goto("/organiser/events/uk-backward-run/entries")
    give = page.get_by_role("button", name="Give numbers for UK Backward Run (Championship Mile)")
    if await give.count():
        await give.click()
    await page.goto(RESULTS)
    await page.get_by_role("link", name="UK Backward Run (Championship Mile)").click()
    await expect(page.locator("[name=number1]")).to_be_focused()
    await page.wait_for_load_state()
    for key in ("1", "Enter", "9:41.2", "Enter", "2", "Enter", "dnf", "Enter", "Enter"):
        await (page.keyboard.press(key) if key == "Enter" else page.keyboard.type(key))
    await expect(page.get_by_role("status").first).to_have_text(re.compile("2 results recorded"))
    await expect(page.locator("[name=number1]")).to_be_focused()
    await expect(page.locator("[name=number1]")).to_have_value("")
    await expect(page.locator('[data-label="Result"]')).to_have_text(["DNF", "9:41.2"])
