"""What every public page is asked, whoever it is about: is it for everybody, and what of odd addresses?"""

import re
from html import unescape

from tests.conftest import Site

ODD_SLUGS = (
    "nobody",
    "x" * 3000,
    "%E6%97%A5%E6%9C%AC%E8%AA%9E",  # another script
    "%D9%84%D9%8A%D9%84%D9%89",  # one that runs the other way
    "%F0%9F%8F%83",
    "%ff%fe",  # not a text at all
    "a%2Fb",
    "..%2F..%2Fetc%2Fpasswd",
    "'%20or%201=1--",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%20",
    "%00",  # last: the database refuses it, and with it the transaction of the test
)


async def page_of(site: Site, path: str) -> str:
    """The source of a page that is there."""
    answer = await site.browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def words_of(source: str) -> str:
    """What is to be read on a page, in one line."""
    body = source.partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{body}")).split())


def section(source: str, name: str) -> str:
    """The part of a page under a heading with this id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', source, re.DOTALL)
    assert found, f"no section {name}"
    return found[0]


def rows_of(source: str) -> list[tuple[str, str]]:
    """Names and amounts of the rows that make a total, in their order; then its sums."""
    rows = re.sub(r'<ol class="by-name">.*?</ol>', "", section(source, "rows-title"), flags=re.DOTALL)
    named = re.findall(r"<bdi>([^<]*)</bdi></a>\s*<a class=\"pence\"[^>]*>([^<]*)<", rows)
    sums = re.findall(r'<li class="sum"><(?:span|a)[^>]*>([^<]*)</(?:span|a)>\s*<span class="pence">([^<]*)<', rows)
    return [(unescape(name), amount) for name, amount in [*named, *sums]]


async def must_be_for_everybody(site: Site, path: str) -> None:
    """No cookie, no word about the visitor; whoever has seen it already is told so in no bytes."""
    first = await site.browser.get(path)
    assert first.status_code == 200, first.text
    assert "set-cookie" not in first.headers
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    known = await site.browser.get(path, headers={"if-none-match": first.headers["etag"], "cookie": "who=me"})
    assert (known.status_code, known.content) == (304, b"")
    other = await site.browser.get(path, headers={"if-none-match": '"another"'})
    assert (other.status_code, other.text) == (200, first.text)


async def must_not_be_found(site: Site, place: str) -> None:
    """Nothing lives at odd addresses, and the page that says so is a whole one that nobody keeps."""
    for slug in ODD_SLUGS:
        answer = await site.browser.get(f"/{place}/{slug}")
        assert answer.status_code == 404, slug[:60]
        assert "There is no page at this address." in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "<script>alert" not in answer.text


async def must_refuse_gifts(site: Site, path: str, sentence: str) -> None:
    """The page says why and leads to no form; the form, opened or sent all the same, says so too."""
    source = await page_of(site, path)
    assert sentence in words_of(source)
    assert f'href="{path}/donate"' not in source
    opened = await site.browser.get(f"{path}/donate")
    sent = await site.browser.post(f"{path}/donate", data={"amount": "25", "name": "Ada", "email": "a@example.org"})
    for answer in (opened, sent):
        assert answer.status_code == 409
        assert sentence in words_of(answer.text)
