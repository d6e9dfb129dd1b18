"""What a phone has to fetch: bytes over the wire and requests of the example event's pages, in a real browser."""

import shutil
from urllib.parse import urlsplit

from playwright.async_api import Browser, async_playwright

from bench.stage import Row, Stage, free_port, served

PAGES = {
    "home": "/",
    "event": "/events/uk-backward-run",
    "team": "/teams/tail-end-harriers",
    "pledge page": "/pages/delroy-pennington-blake",
    "donate form": "/pages/delroy-pennington-blake/donate",
    "charities": "/charities",
}
KILOBYTES, REQUESTS = 45.0, 6
NAMES = ("chromium", "chromium-browser", "google-chrome")


async def fetched(browser: Browser, base: str, path: str) -> dict[str, int]:
    """Bytes over the wire by address, from an empty cache; people's photos and the stream itself apart."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    page = await context.new_page()
    network = await context.new_cdp_session(page)
    await network.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on("Network.requestWillBeSent", lambda told: addresses.update({told["requestId"]: told["request"]["url"]}))
    network.on(
        "Network.loadingFinished",
        lambda told: sizes.update({addresses[told["requestId"]]: int(told["encodedDataLength"])}),
    )
    await page.goto(base + path, wait_until="load")
    await page.wait_for_timeout(700)
    await context.close()
    return {
        address: size
        for address, size in sizes.items()
        if not urlsplit(address).path.startswith("/pictures/") and not address.endswith("/live")
    }


async def run(stage: Stage) -> list[Row]:
    """The demonstration, on a phone's screen, nothing in the cache."""
    port, rows = free_port(), []
    chromium = next(found for name in NAMES if (found := shutil.which(name)))
    env = stage.environment(port) | {"STRIPE_API_BASE": "https://api.stripe.com", "STRIPE_SECRET_KEY": ""}
    async with served("-m", "fundraising", "demo", "--port", str(port), env=env, port=port), async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path in PAGES.items():
            found = await fetched(browser, f"http://127.0.0.1:{port}", path)
            kilobytes = sum(found.values()) / 1000
            rows.append(Row(f"{name}, KB", kilobytes, KILOBYTES, less_is_better=True))
            names = ", ".join(sorted(urlsplit(address).path.rpartition("/")[2][:20] or "/" for address in found))
            rows.append(Row(f"{name}, requests", len(found), REQUESTS, less_is_better=True, told=names))
        await browser.close()
    return rows
