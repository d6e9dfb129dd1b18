"""The HTML that is made from a letter's text: nothing lost, nothing smuggled in."""

import re
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from fundraising.mail.dressing import ADDRESS, dress
from fundraising.settings import load_settings
from fundraising.web.pages import Pages
from fundraising.web.static import Static, folder

OWN = "https://run.test"
PAGES = Pages(load_settings(_env_file=None, base_url=OWN, secret_key="x" * 40), Static(folder("static")), is_demo=False)
ODD = st.sampled_from(
    ["\n", "\n\n", ":\n", "- ", "\n- ", f"{OWN}/a?b=1&c=2", "https://elsewhere.test/x\"y'z", "http://a.test/<b>", "<script>",
     '"><img src=x onerror=y>', "{{ 7 * 7 }}", "{% raw %}", "&amp;", "javascript:alert(1)", " ", "Word", "\u202e", "\u0645", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(ODD, st.text(max_size=12)), max_size=14).map("".join)


class Reader(HTMLParser):
    """What stands in HTML: its tags, its links, its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag, with what it carries."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Words between tags."""
        self.words += data


def made(text: str) -> Reader:
    """The HTML of a text, read again."""
    html = PAGES.render("fundraising/mail/_made.html", title="T", blocks=dress(text, OWN), stop=None)
    return Reader(html.partition('16px;padding:24px">')[2].partition("</div>")[0])


def bare(text: str) -> str:
    """Only what is read: no blanks, no bullets, no colons."""
    return re.sub(r"[\s:-]", "", text)


@given(TEXTS)
def test_no_text_can_inject_markup(text: str) -> None:
    """Whatever it is: no tag, no attribute and no scheme but ours."""
    read = made(text)
    assert set(read.tags) <= {"p", "a", "ul", "li", "br"}
    assert {name for name, _ in read.attributes} <= {"href", "style", "dir"}
    assert all(re.match(r"https?://", link) for link in read.links)


@given(TEXTS)
@example(f"{OWN}/a?b=1- :\n{OWN}/a?b=1")  # no address is the label of another
def test_every_word_stands_in_the_html_and_every_address_of_ours_can_be_pressed(text: str) -> None:
    """Nothing is lost, and nothing of ours needs to be copied."""
    read = made(text)
    seen = bare(read.words + "".join(read.links))
    for line in text.splitlines():
        for address in ADDRESS.findall(line):
            least = address.rstrip(".,;:!?)\u2019\u201d'")
            if least == OWN or least.startswith(f"{OWN}/"):
                assert any(address.startswith(link) and len(link) >= len(least) for link in read.links)
        for word in line.split():
            assert bare(word) in seen


@given(TEXTS)
def test_no_link_leads_to_somebody_else(text: str) -> None:
    """What people typed stands in letters too; at most one button, and everything that can be pressed leads to us."""
    blocks = dress(text, OWN)
    assert sum(block.is_button for block in blocks) <= 1
    assert all(re.match(rf"{re.escape(OWN)}([/?#]|$)", link) for link in made(text).links)


def test_the_first_labelled_link_is_the_button_and_later_ones_are_plain_links() -> None:
    """Once per letter there is one thing to do."""
    text = f"Dear Ada,\n\nSee your page:\n{OWN}/pages/ada\n\nChange it:\n{OWN}/pages/ada/edit\n\nBye"
    dear, button, link, bye = dress(text, OWN)
    assert (button.is_button, link.is_button, dear.is_button, bye.is_button) == (True, False, False, False)
    (piece,) = button.lines[0]
    assert (piece.text, piece.address) == ("See your page", f"{OWN}/pages/ada")
    assert made(text).links == [f"{OWN}/pages/ada", f"{OWN}/pages/ada/edit"]
    assert "See your page:" not in made(text).words


def test_lists_and_line_breaks_stay_what_they_were() -> None:
    """A list after its sentence, lines of a paragraph below each other."""
    read = made("Bring:\n- shoes\n- a guide\nand yourself\nin time")
    assert read.tags == ["p", "ul", "li", "li", "p", "br"]
    assert {value for name, value in read.attributes if name == "dir"} == {"auto"}


def test_an_address_that_only_begins_like_ours_is_no_link() -> None:
    """https://run.test.elsewhere.example is not https://run.test."""
    for address in (f"{OWN}.elsewhere.example/", f"{OWN}@elsewhere.example/", "https://elsewhere.example/"):
        (block,) = dress(f"Sign in:\n{address}", OWN)
        assert not block.is_button
        assert made(f"Sign in:\n{address}").links == []
        assert address in made(f"Sign in:\n{address}").words


def test_an_address_in_a_name_is_no_link() -> None:
    """Whoever enters types any name, and chooses to whom the letter goes."""
    name = "http://elsewhere.test/prize"
    read = made(f"Dear {name},\n\n{name} has entered you:\n{name}\n- {name}: The Mile\n\nSign in:\n{OWN}/account")
    assert read.links == [f"{OWN}/account"]
    assert read.words.count(name) == 4


def test_a_full_stop_after_an_address_is_not_part_of_it() -> None:
    """But of the sentence."""
    assert made(f"Look at {OWN}/pages/ada.").links == [f"{OWN}/pages/ada"]
