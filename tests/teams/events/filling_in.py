"""An organiser who opens a form, changes what they want to change, and sends it as a browser would."""

import re
from html import unescape

import httpx

from tests.conftest import Site
from tests.makers import make_person, sign_in

FIELD = re.compile(
    r"<input(?P<input>[^>]*)>|<textarea(?P<area>[^>]*)>\n?(?P<text>.*?)</textarea>"
    r"|<select(?P<select>[^>]*)>(?P<options>.*?)</select>",
    re.DOTALL,
)


def _of(attributes: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', attributes)
    return unescape(found[1]) if found else ""


def fields_of(source: str) -> dict[str, str]:
    """The fields of the first form on a page that has a `seen`, as they would be sent untouched."""
    form = next(part for part in re.findall(r"<form.*?</form>", source, re.DOTALL) if 'name="seen"' in part)
    typed: dict[str, str] = {}
    for found in FIELD.finditer(form):
        attributes = found["input"] or found["area"] or found["select"] or ""
        name, value = _of(attributes, "name"), _of(attributes, "value")
        if _of(attributes, "type") in ("checkbox", "radio") and " checked" not in attributes:
            continue
        if found["text"] is not None:
            value = unescape(found["text"])
        if found["options"] is not None:
            chosen = re.search(r'<option value="([^"]*)" selected', found["options"])
            value = unescape(chosen[1]) if chosen else ""
        typed[name] = value
    return typed


async def organiser_of(site: Site) -> httpx.AsyncClient:
    """The browser of an organiser who is signed in."""
    return await sign_in(site.browser, await make_person(is_organiser=True))


async def send(browser: httpx.AsyncClient, path: str, without: tuple[str, ...] = (), **typed: str) -> httpx.Response:
    """Open a form, type over some of its fields, send it.

    Args:
        without: names of ticks that are taken away.
    """
    opened = await browser.get(path)
    assert opened.status_code == 200, opened.text
    given = fields_of(opened.text) | typed
    return await browser.post(path.partition("?")[0], data={k: v for k, v in given.items() if k not in without})


async def must_save(browser: httpx.AsyncClient, path: str, **typed: str) -> str:
    """The same, and it is taken.

    Returns:
        Where it leads.
    """
    answer = await send(browser, path, **typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def set_stage(browser: httpx.AsyncClient, desk: str, stage: str, notice: str = "") -> httpx.Response:
    """Choose a stage, read what it means, press the button."""
    asked = await send(browser, f"{desk}/stage", stage=stage, notice=notice)
    assert asked.status_code == 200, asked.text
    return await browser.post(f"{desk}/stage", data=fields_of(asked.text))
