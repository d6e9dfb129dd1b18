"""A real Chromium walks the whole way round: a runner passes the page on, somebody gives, the runner thanks."""

import re

from playwright.async_api import BrowserContext, expect

from fundraising.pages.thanking import READY
from tests.browser.test_give import fill

PAGE = "/pages/delroy-pennington-blake"
SHARED = "navigator.share = (what) => { window.shared = what; return Promise.resolve(); }"


async def test_share_give_thank(phone: BrowserContext, other_phone: BrowserContext) -> None:
    """The phone's own share sheet where there is one; the thanks stand on an open page by themselves."""
    runner, giver = await phone.new_page(), await other_phone.new_page()
    await runner.goto("/demo/sign-in")
    await runner.get_by_role("button", name="Sign in as Delroy").click()
    await runner.goto(f"{PAGE}/share")
    await expect(runner.get_by_role("button", name="Copy link")).to_be_visible()
    await expect(runner.get_by_role("button", name="Share…")).to_be_hidden()
    await runner.add_init_script(SHARED)
    await runner.reload()
    await runner.get_by_role("button", name="Share…").click()
    shared = await runner.evaluate("window.shared")
    assert shared["url"].endswith(PAGE)
    assert PAGE not in shared["text"]
    await giver.goto(shared["url"])
    await giver.locator(".give-bar").get_by_role("link", name="Give").click()
    await fill(giver, "27")
    await giver.get_by_role("button", name="Give £27").click()
    await giver.get_by_role("button", name=re.compile("^Pay")).first.click()
    await giver.wait_for_url("**/donations/*")
    await giver.goto(PAGE)
    newest = giver.locator(".gifts li").first
    await expect(newest).to_contain_text("£27")
    await giver.wait_for_timeout(500)  # for its stream
    await runner.goto(f"{PAGE}/supporters?waiting=1")
    await runner.get_by_role("button", name="Thank Ada Example").first.click()
    await expect(runner.get_by_role("status").filter(has_text="on their way")).to_be_visible()
    await expect(newest).to_contain_text(READY)
