"""Static files: a hash in the name, immutable, compressed."""

import re

from tests.conftest import Site


async def test_every_file_is_immutable_under_a_name_with_its_hash(site: Site) -> None:
    """Of every kind."""
    for name in ("fundraising.css", "site.js", "vendor/htmx-4.0.1.js", "fonts/display.woff2", "share.png", "icon.svg"):
        address = site.house.static.address(name)
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        answer = await site.browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_style_sheets_name_other_files_by_their_hash(site: Site) -> None:
    """Else a new font would never be fetched."""
    style = (await site.browser.get(site.house.static.address("fundraising.css"))).text
    assert f"url({site.house.static.address('fonts/display.woff2')})" in style


async def test_texts_are_compressed_and_pictures_are_not(site: Site) -> None:
    """By what the visitor takes."""
    style = await site.browser.get(site.house.static.address("fundraising.css"), headers={"accept-encoding": "br"})
    plain = await site.browser.get(site.house.static.address("share.png"), headers={"accept-encoding": "br"})
    assert style.headers["content-encoding"] == "br"
    assert "content-encoding" not in plain.headers


async def test_no_path_leads_out_of_the_folder(site: Site) -> None:
    """Only the files that were read at the start are there."""
    for path in ("/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/fundraising.css", "/static/"):
        assert (await site.browser.get(path)).status_code in (404, 308)


async def test_what_every_page_needs_of_scripts_is_fetched_as_one(site: Site) -> None:
    """htmx first, then what we add to it."""
    script = (await site.browser.get(site.house.static.address("site.js"))).text
    assert script.startswith("var htmx=")
    assert script.rstrip().endswith("})();")
    assert "data-donate" in script
    assert (await site.browser.get("/")).text.count("<script") == 1


async def test_a_file_opened_by_itself_may_do_nothing(site: Site) -> None:
    """A picture made of text could hold a script."""
    answer = await site.browser.get(site.house.static.address("icon.svg"))
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
