"""A real Chromium: a captain's desk stays open while friends come, and shows it by itself."""

import re

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PHONE
from tests.browser.test_enter import pay
from tests.journeys.processes import Process
from tests.makers import tag

DESK = "/teams/tail-end-harriers/desk"


async def join(page: Page, name: str) -> None:
    """Take the seat of an invitation, and fill in the one form."""
    await page.get_by_role("button", name="Take my seat").click()
    await page.get_by_label("First name").fill(name)
    await page.get_by_label("Last name").fill("Example")
    for unit, value in (("Day", "27"), ("Month", "3"), ("Year", "1994")):
        await page.get_by_label(unit, exact=True).fill(value)
    await page.get_by_label("Open", exact=True).check()
    await page.get_by_label("Whom to call in an emergency").fill("Sam Example")
    await page.get_by_label("Their telephone").fill("07700 900123")
    await page.get_by_label("I have read the rules and agree to them").check()
    await page.get_by_label("Your e-mail").fill(f"{name.lower()}@example.org")
    await page.get_by_role("button", name=re.compile("^Join")).click()
    await pay(page)
    await expect(page.get_by_role("heading", name="You are in")).to_be_visible()


async def test_a_desk_shows_by_itself_who_asks_and_who_joins(
    browser: Browser, phone: BrowserContext, demo: tuple[Process, dict[str, str]]
) -> None:
    """Without a reload; what the captain types below meanwhile stays. A button pressed twice is sent once."""
    desk, pat, fran = await phone.new_page(), f"Pat{tag()}", f"Fran{tag()}"
    await desk.goto("/demo/sign-in")
    await desk.get_by_role("button", name="as Bernard Tattersfield").click()
    await desk.goto(DESK)
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    await desk.get_by_role("button", name="Open them").dblclick()
    await expect(desk.get_by_role("status").first).to_have_text("The seats are open.")
    assert len(sent) == 1
    await desk.get_by_role("button", name="Make the link").click()
    link = await desk.locator("#link-title ~ ul [data-copy]").get_attribute("data-copy")
    await desk.get_by_role("link", name="Invite a friend").click()
    await desk.get_by_label("Their name").fill(fran)
    await desk.get_by_role("button", name="Invite", exact=True).click()
    invitation = await desk.locator("code.long").inner_text()
    await desk.goto(DESK)
    joined = int((await desk.locator("#counts").inner_text()).partition(" of 4")[0].rpartition(" ")[2])
    await desk.locator("#count").focus()
    await desk.evaluate("window.marked = true")
    friends = await browser.new_context(base_url=demo[0].url, **PHONE)
    friends.set_default_timeout(10_000)
    friend = await friends.new_page()
    await friend.goto(str(link))
    await friend.get_by_label("Your name").fill(pat)
    await friend.get_by_label("Your e-mail").fill("pat@example.org")
    await friend.get_by_role("button", name=re.compile("^Ask")).click()
    await expect(desk.get_by_role("button", name=f"Yes {pat} may join")).to_be_visible(timeout=8000)
    await friend.goto(invitation)
    await join(friend, fran)
    await expect(desk.locator("li.joined", has_text=fran)).to_be_visible(timeout=8000)
    await expect(desk.locator("#counts")).to_contain_text(f"{joined + 1} of 4")
    assert await desk.evaluate("window.marked === true && document.activeElement.id === 'count'")
    await friends.close()
