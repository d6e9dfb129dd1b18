"""Every letter of the house, shown to the organiser and to nobody else."""

import re

import pytest

from fundraising.lettering import SAMPLES, make_showers
from fundraising.mail.letters import Scribe
from fundraising.mail.preview import fill
from fundraising.settings import load_settings
from fundraising.web.pages import Pages
from fundraising.web.static import Static, folder
from tests.conftest import BASE, Site
from tests.makers import make_person, sign_in

SETTINGS = load_settings(_env_file=None, base_url=BASE, secret_key="x" * 40)
PAGES = Pages(SETTINGS, Static(folder("static")), is_demo=False)
SCRIBE = Scribe(PAGES, make_showers(SETTINGS))


async def test_the_organiser_sees_each_letter_as_its_readers_get_it(site: Site) -> None:
    """A list with the subjects, the text, and the HTML in a frame where nothing runs."""
    async with await sign_in(site.browser, await make_person(is_organiser=True)) as organiser:
        every = await organiser.get("/organiser/letters")
        assert every.status_code == 200
        assert "Thank you: £25.58 for Sam Sample" in every.text
        one = await organiser.get("/organiser/letters/receipt")
        assert "Your bank shows it as SECOND WIND." in one.text
        assert 'sandbox="allow-popups' in one.text
        html = await organiser.get("/organiser/letters/receipt/html")
        assert "<b>SECOND WIND</b>" in html.text
        assert "sandbox" in html.headers["content-security-policy"]
        assert "script-src" not in html.headers["content-security-policy"]
        for unknown in ("nothing", "_letter", "box", "..%2Freceipt"):
            for below in ("", "/html"):
                assert (await organiser.get(f"/organiser/letters/{unknown}{below}")).status_code == 404


async def test_nobody_else_sees_them(site: Site) -> None:
    """Visitors are led to sign in; people who run are told."""
    async with await sign_in(site.browser, await make_person()) as runner:
        for path in ("", "/receipt", "/receipt/html"):
            assert (await site.browser.get(f"/organiser/letters{path}")).status_code == 303
            assert (await runner.get(f"/organiser/letters{path}")).status_code == 403


def test_every_letter_has_a_sample() -> None:
    """Handed in beside what fills it: `SAMPLES` in lettering.py."""
    assert set(SCRIBE.templates) == set(SAMPLES)


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_letter_is_whole_with_its_sample(template: str) -> None:
    """A subject, a text, and every address of the text in the HTML."""
    words = fill(PAGES, SCRIBE, template, SAMPLES[template])
    assert 5 < len(words.subject) < 90
    assert len(words.text) > 80
    assert "run.example.org" not in words.text
    for address in re.findall(r"https?://\S+", words.text):
        assert address.rstrip(".,") in words.html.replace("&amp;", "&")
