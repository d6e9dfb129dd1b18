"""A real Chromium: somebody gives £25 in the demonstration, and a second window moves."""

import asyncio
import os
import re
from pathlib import Path

import httpx
from playwright.async_api import Browser, BrowserContext, Page, expect

from fundraising.example.seed import CONNECTED
from fundraising.web.words import money
from tests.browser.chromium import CHROMIUM, PHONE
from tests.journeys.processes import Process, demonstration, free_port, run, running

RUNNER, TEAM, EVENT = "/pages/harpreet-sandhal", "/teams/little-harpwood-brass", "/events/uk-backward-run"


async def total(demo: Process, path: str) -> int:
    """What total.json says."""
    async with httpx.AsyncClient(base_url=demo.url) as client:
        return int((await client.get(f"{path}/total.json")).json()["raised_pence"])


async def fill(page: Page, amount: str = "25") -> None:
    """The donate form."""
    await page.get_by_label("Or your own amount").fill(amount)
    await page.get_by_label("Your name").fill("Ada Example")
    await page.get_by_label("E-mail, for your receipt").fill("ada@example.org")
    await page.get_by_label("A message").fill("Run well, backwards!")


async def shows(page: Page, pence: int) -> None:
    """The total on screen, within two seconds and without a reload."""
    await expect(page.locator("#figure")).to_have_text(money(pence), timeout=2000)
    assert await page.evaluate("window.unloaded === undefined && window.marked === true")


async def mark(page: Page) -> None:
    """A reload would lose the mark."""
    await page.evaluate("window.marked = true")
    await page.wait_for_timeout(400)


async def test_somebody_gives_25_pounds_and_every_open_window_moves(
    browser: Browser, phone: BrowserContext, demo: tuple[Process, dict[str, str]]
) -> None:
    """Pledge page, form, Checkout, thank-you; home, event, team, page and big screen follow by themselves."""
    process, env = demo
    watched = ["/", EVENT, TEAM, RUNNER, f"{EVENT}/big-screen"]
    windows = [await phone.new_page() for _ in watched]
    before = {path: await total(process, path if path != "/" else EVENT) for path in (EVENT, TEAM, RUNNER)}
    before |= {"/": before[EVENT], f"{EVENT}/big-screen": before[EVENT]}
    for window, path in zip(windows, watched, strict=True):
        await window.goto(path)
        await mark(window)
    tile = windows[0].locator(".tile", has=windows[0].locator(f'a[href="{RUNNER}"]')).locator(".pence")
    await expect(tile).to_have_text(money(before[RUNNER]))
    other = await browser.new_context(base_url=process.url, **PHONE)
    giver = await other.new_page()
    await giver.goto(RUNNER)
    await giver.locator(".give-bar").get_by_role("link", name="Give").click()
    await fill(giver)
    await expect(giver.locator("#costs")).to_contain_text("£24.42")
    await giver.get_by_role("button", name="Give £25").click()
    await giver.get_by_role("button", name=re.compile("^Pay")).first.click()
    await giver.wait_for_url("**/donations/*")
    for window, path in zip(windows, watched, strict=True):
        await shows(window, before[path] + 2500)
    await expect(tile).to_have_text(money(before[RUNNER] + 2500))
    await expect(windows[3].locator(".gifts li").first).to_contain_text("Run well, backwards!")
    await expect(giver.get_by_text("Received")).to_be_visible()
    await expect(giver.get_by_role("heading", name="Thank you, Ada Example")).to_be_visible()
    assert (await asyncio.to_thread(run, "books", env=env)).returncode == 0
    await other.close()


async def test_a_wrong_amount_is_told_beside_its_field_without_a_reload(phone: BrowserContext) -> None:
    """And what was typed is still there; then it is put right and goes on."""
    page = await phone.new_page()
    await page.goto(f"{RUNNER}/donate")
    await mark(page)
    await fill(page, "1e3")
    await page.locator("[data-give]").click()
    await expect(page.locator("#amount-error")).to_be_visible()
    await expect(page.get_by_label("Your name")).to_have_value("Ada Example")
    await expect(page.get_by_role("alert")).to_be_focused()
    assert await page.evaluate("window.marked") is True
    await page.get_by_label("£10", exact=True).check()
    await expect(page.get_by_label("Or your own amount")).to_have_value("10")
    await page.get_by_role("button", name="Give £10").click()
    await page.wait_for_url("**/c/pay/*")


async def test_what_is_chosen_is_reckoned_at_once_and_the_button_says_what_is_charged(phone: BrowserContext) -> None:
    """By a preset, by a tick, by typing; nothing is invented for what makes no sense."""
    page = await phone.new_page()
    await page.goto(f"{RUNNER}/donate")
    costs, button = page.locator("#costs"), page.locator("[data-give]")
    await expect(costs).to_contain_text("For example, of £20")
    await expect(button).to_have_text("Give")
    await page.get_by_label("£50", exact=True).check()
    await expect(costs).to_contain_text("£49.05")
    await expect(button).to_have_text("Give £50")
    await page.get_by_label(re.compile("Add the card fee")).check()
    await expect(button).to_have_text("Give £50.96")
    await page.get_by_label(re.compile("Add Gift Aid")).check()
    await expect(costs).to_contain_text("+ £12.74")
    await page.get_by_label("Or your own amount").fill("1,000")
    await expect(button).to_have_text("Give £1,015.43")
    await page.get_by_label("Or your own amount").fill("9" * 400)
    await expect(costs).to_contain_text("Enter an amount")
    await expect(button).to_have_text("Give")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_coming_back_from_checkout_loses_nothing_even_after_a_mistake(phone: BrowserContext) -> None:
    """The form had been sent back once; then the back button."""
    page = await phone.new_page()
    await page.goto(f"{RUNNER}/donate")
    await fill(page, "0")
    await page.locator("[data-give]").click()
    await expect(page.locator("#amount-error")).to_be_visible()
    assert (await page.title()).startswith("Error: ")
    await page.get_by_label("Or your own amount").fill("33")
    await expect(page.locator("#amount-error")).to_have_count(0)
    await page.locator("[data-give]").click()
    await page.wait_for_url("**/c/pay/*")
    await page.go_back()
    await expect(page.get_by_label("Your name")).to_have_value("Ada Example")
    await expect(page.get_by_label("Or your own amount")).to_have_value("33")
    await expect(page.locator("[data-give]")).to_have_text("Give £33")


async def test_an_open_receipt_follows_what_becomes_of_the_gift(
    phone: BrowserContext, demo: tuple[Process, dict[str, str]]
) -> None:
    """A refund shows by itself, and a screen reader hears of it."""
    page = await phone.new_page()
    await page.goto(f"{RUNNER}/donate")
    await fill(page, "20")
    await page.locator("[data-give]").click()
    await page.wait_for_url("**/c/pay/*")
    session = page.url.rpartition("/")[2]
    await page.get_by_role("button", name=re.compile("^Pay")).first.click()
    await expect(page.get_by_text("Received")).to_be_visible()
    async with httpx.AsyncClient(base_url=demo[0].url, auth=("sk_test_demonstration", "")) as client:
        asked = [
            await client.get(f"/sandbox/v1/checkout/sessions/{session}", headers={"stripe-account": own.account})
            for own in CONNECTED
        ]
        (intent,) = [answer.json()["payment_intent"] for answer in asked if answer.status_code == 200]
        told = await client.post(
            "/sandbox/control", json={"do": {"verb": "refund", "charge_or_intent": intent, "pence": 500}}
        )
        assert told.status_code == 200, told.text
    await expect(page.get_by_role("heading", name="Your gift has partly gone back")).to_be_visible(timeout=15_000)
    await expect(page.locator("#said")).to_have_text("Your gift has partly gone back")
    await expect(page.get_by_role("button", name="Copy link")).to_be_visible()


async def test_the_back_button_and_a_double_click_lead_to_one_session(phone: BrowserContext) -> None:
    """Whatever the fingers do."""
    page = await phone.new_page()
    await page.goto(f"{RUNNER}/donate")
    await fill(page, "31")
    await page.locator("[data-give]").dblclick(no_wait_after=True)
    await page.wait_for_url("**/c/pay/*")
    first = page.url
    await page.go_back()
    await fill(page, "31")
    await page.locator("[data-give]").click()
    await page.wait_for_url("**/c/pay/*")
    assert page.url == first
    await page.get_by_role("link", name=re.compile("walk away", re.IGNORECASE)).click()
    await expect(page.get_by_text("Nothing has been taken, and what you typed is still here")).to_be_visible()


async def test_without_javascript_a_gift_goes_all_the_way(
    browser: Browser, demo: tuple[Process, dict[str, str]]
) -> None:
    """The right total, errors on the page, 303 to Checkout, and a truthful receipt."""
    context = await browser.new_context(base_url=demo[0].url, java_script_enabled=False, **PHONE)
    page = await context.new_page()
    before = await total(demo[0], TEAM)
    await page.goto(TEAM)
    await expect(page.locator("#figure")).to_have_text(money(before))
    await page.goto(f"{RUNNER}/donate")
    await fill(page, "0")
    await page.locator("[data-give]").click()
    await expect(page.locator("#amount-error")).to_contain_text("smallest gift")
    await page.get_by_label("Or your own amount").fill("12.50")
    await page.locator("[data-give]").click()
    await page.get_by_role("button", name=re.compile("^Pay £12.50")).click()
    await expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    for _ in range(20):
        await page.goto(TEAM)
        if await page.locator("#figure").inner_text() == money(before + 1250):
            break
        await page.wait_for_timeout(100)
    await expect(page.locator("#figure")).to_have_text(money(before + 1250))
    await context.close()


async def test_a_hidden_tab_pauses_and_catches_up(phone: BrowserContext, demo: tuple[Process, dict[str, str]]) -> None:
    """No stream while nobody looks; the right number as soon as somebody does."""
    process = demo[0]
    watcher = await phone.new_page()
    await watcher.goto(RUNNER)
    await mark(watcher)
    hidden = "Object.defineProperty(document, 'hidden', {{value: {0}, configurable: true}}); document.dispatchEvent(new Event('visibilitychange'))"
    await watcher.evaluate(hidden.format("true"))
    before = await total(process, RUNNER)
    async with httpx.AsyncClient(base_url=process.url, headers={"origin": process.url}) as client:
        typed = {"amount": "5", "name": "Bob", "email": "bob@example.org"}
        session = (await client.post(f"{RUNNER}/donate", data=typed)).headers["location"].partition("/c/pay/")[2]
        await client.post("/sandbox/control", json={"do": {"verb": "pay", "session_id": session}})
    await watcher.wait_for_timeout(1500)
    assert await total(process, RUNNER) == before + 500
    await expect(watcher.locator("#figure")).to_have_text(money(before))
    await watcher.evaluate(hidden.format("false"))
    await shows(watcher, before + 500)


async def test_open_pages_survive_a_restart_of_the_server(
    browser: Browser, seeded_database: str, tmp_path: Path
) -> None:
    """The stream comes back by itself, with what was missed."""
    port = free_port()
    env = demonstration(tmp_path, port, seeded_database)
    context = await browser.new_context(base_url=f"http://127.0.0.1:{port}", **PHONE)
    page = await context.new_page()
    async with running("demo", "--port", str(port), env=env, port=port) as process:
        await page.goto(RUNNER)
        await mark(page)
        before = await total(process, RUNNER)
    await page.wait_for_timeout(500)
    async with running("demo", "--port", str(port), env=env, port=port) as process:
        async with httpx.AsyncClient(base_url=process.url, headers={"origin": process.url}) as client:
            typed = {"amount": "6", "name": "Bob", "email": "bob@example.org"}
            session = (await client.post(f"{RUNNER}/donate", data=typed)).headers["location"].partition("/c/pay/")[2]
            await client.post("/sandbox/control", json={"do": {"verb": "pay", "session_id": session}})
        await expect(page.locator("#figure")).to_have_text(money(before + 600), timeout=15_000)
        assert await page.evaluate("window.marked") is True
        assert (await asyncio.to_thread(run, "books", env=env)).returncode == 0
    await context.close()


def test_nothing_of_this_file_is_skipped_where_it_counts() -> None:
    """In CI there is a browser."""
    assert CHROMIUM or not os.environ.get("FUNDRAISING_NOTHING_SKIPPED")
