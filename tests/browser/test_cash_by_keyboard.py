"""A real Chromium: a paper form is typed in by the keyboard alone, and the page that is open elsewhere tells of it."""

from playwright.async_api import BrowserContext, expect

from fundraising.example.people import RUNNER

PAGE = f"/pages/{RUNNER}"


async def test_lines_are_typed_without_a_mouse_and_told_live(
    phone: BrowserContext, other_phone: BrowserContext
) -> None:
    """Enter begins the next line, as the last one was; an empty line sends the form."""
    public, page = await other_phone.new_page(), await phone.new_page()
    await public.goto(PAGE)
    promises = public.locator(".promises")
    before = await promises.inner_text()
    await page.goto("/demo/sign-in")
    await page.locator("form[action='/demo/sign-in/runner'] button").click()
    await page.goto(f"{PAGE}/cash")
    await expect(page.locator(".cells:visible")).to_have_count(1)
    await page.locator("#name-0").focus()
    for name, pounds in (("Ada Example", "5"), ("عبد الله", "7.50")):
        await page.keyboard.type(name)
        await page.keyboard.press("Tab")
        await page.keyboard.type(pounds)
        if pounds == "5":
            await page.keyboard.press("Tab")
            await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
    await expect(page.locator("#collected-1")).to_be_checked()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Kept.")
    await expect(page.locator("#name-0")).to_be_focused()
    await expect(page.get_by_text("عبد الله").first).to_be_visible()
    await expect(promises).not_to_have_text(before, timeout=5000)
