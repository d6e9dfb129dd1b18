"""What the example's runners wrote on their pages, and how they thank."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExampleNews:
    """A piece of news.

    Args:
        page: slug of the runner's page.
        picture: slug of whoever's drawing goes with it; none when empty.
    """

    page: str
    days_ago: float
    text: str
    picture: str = ""


NEWS: tuple[ExampleNews, ...] = (
    ExampleNews(
        "delroy-pennington-blake",
        19.3,
        "First evening with the Harriers. They put me in the middle, so that whichever way I fell there was "
        "somebody to apologise to. **Four hundred metres without looking round.** Mr Ambrose came to watch "
        "and booked a trim.",
    ),
    ExampleNews(
        "delroy-pennington-blake",
        6.1,
        "Beard trims so far: *eleven*. One of them was a dog, and the dog sat better than some.\n\nWhat we "
        "learned this week:\n\n- the grass by the boathouse is kinder than the path\n- Bernard counts laps "
        "out loud, in Latin\n- you can hear a goose before you can see it, which backwards is the wrong way "
        "round",
        "tail-end-harriers",
    ),
    ExampleNews(
        "delroy-pennington-blake",
        1.4,
        "The bell of my shop now rings when somebody gives: my nephew did something with a phone and a "
        "saucepan lid. It rang twice during a hot towel. Thank you, whoever you were.",
    ),
    ExampleNews(
        "wajid-karr",
        8.7,
        "Benedikta has a new system. She stands where I can hear her and describes not what is behind me but "
        "what I am leaving. *Bench. Bench. A man eating a pasty.* It is oddly restful.\n\nA mile in 13:52 "
        "today.",
    ),
    ExampleNews(
        "wajid-karr",
        2.2,
        "Frank rang. He is ninety-one and has read about the race in the paper, tide tables included. He will "
        "be at the second corner with a flask, and I am to listen for the spoon.",
        "uk-backward-run",
    ),
    ExampleNews(
        "bernard-tattersfield",
        4.5,
        "Club night: nine present, one bruise, mine. Splits available on request.",
    ),
)
OWN_WORDS: tuple[str, ...] = (
    "That is kind of you. I read it out in the shop, and somebody clapped.",
    "Thank you. I will think of you on the hill, which I shall not see coming.",
    "Every bit helps, and so does the cheek. Thank you!",
    "I did not expect that, and had to sit down. Forwards. Thank you.",
)
THANKERS = ("delroy-pennington-blake", "wajid-karr")
