"""Markdown that strangers write: a story, news. A small part of it, made safe twice.

HTML in it is text. What is made of the rest goes through nh3 all the same: what the one lets slip, the other stops.
"""

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

RULES = ["heading", "list", "blockquote", "hr", "emphasis", "link", "autolink", "newline", "escape", "entity"]
TAGS = {"p", "br", "h3", "ul", "ol", "li", "blockquote", "hr", "strong", "em", "a"}
ATTRIBUTES = {"a": {"href"}, "p": {"dir"}, "h3": {"dir"}, "li": {"dir"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow ugc noopener noreferrer"  # of an address that we do not vouch for
MOST_DEEP = 12  # lists in lists; more is an attack on whoever shows it
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,:;!?')\]]")  # as it stands in a sentence
AUTO = {"paragraph_open", "heading_open", "list_item_open"}  # read from the right where their letters are

_reader = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": MOST_DEEP}).enable(RULES)


def markdown(text: str) -> Markup:
    """The HTML of a text in Markdown: paragraphs, lists, small headings, stress, quotations and links; no pictures.

    A line break is a line break, as people write in a chat.
    """
    tokens = _reader.parse(text)
    for token in tokens:
        if token.tag.startswith("h") and token.tag != "hr":
            token.tag = "h3"  # the page has its own headings above
        if token.type in AUTO:
            token.attrSet("dir", "auto")
        if token.children:
            token.children = list(_linked(token.children))
    html = _reader.renderer.render(tokens, _reader.options, {})
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL))  # noqa: S704


def _linked(pieces: list[Token]) -> Iterator[Token]:
    """Addresses that were pasted as they are become links, but for those that are in one already."""
    inside = 0
    for piece in pieces:
        inside += (piece.type == "link_open") - (piece.type == "link_close")
        if piece.type != "text" or inside:
            yield piece
            continue
        at = 0
        for found in ADDRESS.finditer(piece.content):
            yield _text(piece.content[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": found[0]})
            yield _text(found[0])
            yield Token("link_close", "a", -1)
            at = found.end()
        yield _text(piece.content[at:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def plain(text: str) -> str:
    """The words of a text in Markdown, without its marks; for descriptions, letters and lists."""
    return " ".join(" ".join(_words(_reader.parse(text))).split())


def _words(tokens: list[Token]) -> list[str]:
    lines = [token.children or () for token in tokens if token.type == "inline"]
    return ["".join(_piece(child) for child in line) for line in lines]


def _piece(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content if token.type == "text" else ""
