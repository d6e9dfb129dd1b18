"""Markdown of strangers: what a story needs, and nothing that a browser would run, load or follow unasked."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundraising.web.markdown import markdown, plain

REL = 'rel="nofollow ugc noopener noreferrer"'


def test_a_story_reads_as_it_was_written() -> None:
    """Paragraphs, lines, stress, small headings, lists, quotations, links; and each reads from its own side."""
    html = markdown(
        "# Why\nI *run* **backwards**,\nevery day.\n\n- one\n- two\n\n> said\n\n[here](https://example.org/a?b=c&d=e)"
    )
    assert html == (
        '<h3 dir="auto">Why</h3>\n<p dir="auto">I <em>run</em> <strong>backwards</strong>,<br>\nevery day.</p>\n'
        '<ul>\n<li dir="auto">one</li>\n<li dir="auto">two</li>\n</ul>\n<blockquote>\n<p dir="auto">said</p>\n</blockquote>\n'
        f'<p dir="auto"><a href="https://example.org/a?b=c&amp;d=e" {REL}>here</a></p>\n'
    )


def test_an_address_that_was_pasted_is_a_link() -> None:
    """Without the full stop of its sentence; in a link it stays what it is."""
    html = markdown(
        "See https://example.org/a?b=1. (https://example.org/c), [https://one.example](https://two.example)"
    )
    assert re.findall(r'<a href="([^"]*)" rel="[^"]*">([^<]*)</a>', html) == [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("https://example.org/c", "https://example.org/c"),
        ("https://two.example", "https://one.example"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)", "![a](https://example.org/a.png)", "<javascript:alert(1)>",
        "[a](https://example.org/\"onmouseover=\"alert(1))", "https://example.org/\"><script>", "&lt;script&gt;alert(1)",
        "<svg/onload=alert(1)>", "<!--", "<style>*{}</style>", "[a]: javascript:alert(1)\n\n[a]", "`<b>`", "    <b>",
        "<iframe src=//example.org>", "\\<b>", "<a href='https://example.org' style=x>y</a>",
    ],
)  # fmt: skip
def test_nothing_runs_and_nothing_is_loaded(text: str) -> None:
    """HTML is text; a link leads to a page and to nothing else; there are no pictures."""
    must_be_harmless(markdown(text))


def must_be_harmless(html: str) -> None:
    """Only our tags, with only our attributes."""
    for tag in re.findall(r"<[^>]*>", html):
        assert re.fullmatch(
            r'</?(p|br|h3|ul|ol|li|blockquote|hr|strong|em|a)( dir="auto")?( start="\d+")?'
            rf'( href="(?!javascript|data|vbscript)[^"<>]*" {REL})?>',
            tag,
            re.IGNORECASE,
        ), tag


@given(st.text(alphabet="<>[]()!*_#->`\\&;:/\"' \nabhrefjvscipt=1.", max_size=120))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_harmless(text: str) -> None:
    """And its plain words hold no marks of HTML that were not typed."""
    must_be_harmless(markdown(text))
    assert plain(text).count("<") <= text.count("<") + text.count("&lt;")


def test_plain_words_have_no_marks() -> None:
    """For descriptions and letters."""
    assert (
        plain("# Why\nI *run* **backwards**\n\n- one\n\n[here](https://example.org)") == "Why I run backwards one here"
    )


def test_a_hostile_text_takes_no_time() -> None:
    """As long as a story may be; lists within lists within lists end somewhere."""
    for text in ("[" * 4000, "> " * 2000 + "x", "- " * 2000, "_a" * 2000, "[a](b" * 800, "![[]()" * 660, "&#" * 2000):
        must_be_harmless(markdown(text))
    assert markdown("> " * 50 + "x").count("<blockquote>") < 15
