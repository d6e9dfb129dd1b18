"""A real Chromium: a runner sets up the page on a phone, photo included, and a friend finds a page worth giving to."""

import re
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PHONE
from tests.browser.test_enter import EVENT, fill, pay, sign_in_by_letter
from tests.journeys.processes import Process
from tests.makers import tag


def large_photo(folder: Path) -> Path:
    """As a phone takes it, turned by its camera: blue on top once it stands upright."""
    picture = Image.new("RGB", (3000, 2000), (30, 30, 200))
    picture.paste((200, 30, 30), (0, 0, 1500, 2000))
    told = Image.Exif()
    told[0x0112] = 8
    path = folder / "IMG_0001.JPG"
    picture.save(path, exif=told, quality=100)
    return path


async def test_a_runner_sets_up_the_page_on_a_phone(
    phone: BrowserContext, other_phone: BrowserContext, tmp_path: Path
) -> None:
    """From the entry to a page that takes gifts; the preview follows what is typed, and the photo what was chosen."""
    page, friend = await phone.new_page(), await other_phone.new_page()
    name, email = f"Kit{tag()}", f"kit-{tag()}@example.org"
    await page.goto(f"{EVENT}/enter")
    await fill(page, name, email)
    await page.get_by_text("Run for a charity").first.click()
    await page.get_by_label("Make a pledge page").check()
    await page.get_by_label("Charity").first.select_option(index=1)
    await page.get_by_role("button", name="Go on").click()
    await pay(page)
    await expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    await sign_in_by_letter(page, email)
    await page.get_by_role("link", name="agree to the guidance first").click()
    address = page.url.partition("/edit")[0]
    await friend.goto(address)
    await expect(
        friend.get_by_text("is still getting this page ready").and_(friend.locator(":visible")).first
    ).to_be_visible()
    await page.get_by_label("Title").fill("A mile for Gran")
    await page.get_by_label("Your story").fill("She walked **backwards** up stairs.")
    preview = page.locator("#preview")
    await expect(preview.get_by_role("heading", name="A mile for Gran")).to_be_visible()
    await expect(preview.locator("strong")).to_have_text("backwards")
    await page.get_by_label("Target in pounds").fill("lots")
    await page.get_by_label("I have read the guidance").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#target-error")).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("A mile for Gran")
    await page.get_by_label("Target in pounds").fill("250")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Your page takes gifts now.")).to_be_visible()
    await put_on_a_photo(page, tmp_path)
    await friend.goto(address)
    await expect(friend.get_by_role("heading", name="A mile for Gran")).to_be_visible()
    await expect(friend.get_by_alt_text("Kit on the stairs")).to_be_visible()
    await friend.get_by_role("link", name=re.compile("^Give")).first.click()
    await expect(friend.get_by_role("heading", name=re.compile("^Give to"))).to_be_visible()


async def put_on_a_photo(page: Page, folder: Path) -> None:
    """Choose, see how it is cut, say what is to be seen; it is sent smaller than it was taken."""
    await page.get_by_role("link", name="Photo", exact=True).click()
    path = large_photo(folder)
    await page.get_by_label("A photo of you").set_input_files(path)
    cut = page.locator("canvas")
    await expect(cut).to_be_visible()
    colour = "c => [...c.getContext('2d').getImageData(160, 160, 1, 1).data].slice(0, 3)"
    await page.get_by_label("Left, or top").check()
    assert (await cut.evaluate(colour))[2] > 150
    await page.get_by_label("Right, or bottom").check()
    assert (await cut.evaluate(colour))[0] > 150
    await page.wait_for_function("document.querySelector('[data-photo]').files[0].name === 'photo.jpg'")
    assert await page.evaluate("document.querySelector('[data-photo]').files[0].size") < path.stat().st_size
    await page.get_by_label("What is to be seen on it?").fill("Kit on the stairs")
    await page.get_by_role("button", name="Put it on my page").click()
    await expect(page.get_by_text("Your photo is on your page.")).to_be_visible()
    await expect(page.get_by_alt_text("Kit on the stairs")).to_be_visible()


async def test_without_a_script_there_is_a_preview_and_a_photo_all_the_same(
    browser: Browser, demo: tuple[Process, dict[str, str]], tmp_path: Path
) -> None:
    """By buttons; what was only looked at is not saved."""
    context = await browser.new_context(base_url=demo[0].url, java_script_enabled=False, **PHONE)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/demo/sign-in")
    await page.get_by_role("button", name="Wajid").click()
    await page.goto("/account")
    await page.get_by_role("link", name="Edit the page of").first.click()
    await page.get_by_label("Title").fill("Only looking")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    await expect(page.locator("#preview").get_by_role("heading", name="Only looking")).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Only looking")
    await page.get_by_role("link", name="Photo", exact=True).click()
    await page.get_by_label("Another photo").set_input_files(large_photo(tmp_path))
    await page.get_by_label("What is to be seen on it?").fill("Two colours")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Your photo is on your page.")).to_be_visible()
    await expect(page.get_by_alt_text("Two colours")).to_be_visible()
    await page.get_by_role("link", name="Page", exact=True).click()
    await expect(page.get_by_label("Title")).to_have_value("")
    await context.close()
