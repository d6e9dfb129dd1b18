"""What a name looks like to a quick eye, so that nobody passes for somebody else. Pure.

Letters of other alphabets that a sans-serif face draws like Latin ones count as these (Unicode TR39 calls them
confusables), and so do l, I and 1, o and 0, rn and m.
"""

import unicodedata

# Each letter, and the Latin one that it looks like.
CYRILLIC = "Аaаa Вb Еeеe Кkкk Мmмm Нh Оoоo Рpрp Сcсc Тtтt Уyуy Хxхx Іiіi Јjјj Ѕsѕs ԁd һh ԛq ԝw"
GREEK = "Αaαa Βb Εe Ζz Ηh Ιiιi Κkκk Μm Νnνv Οoοo Ρpρp Τtτt Υyυu Χxχx"
OTHERS = "օo սu Լl łl øo đd ðd ıi ℓl"
PAIRS = "".join((CYRILLIC, GREEK, OTHERS)).replace(" ", "")
LOOKS = str.maketrans(PAIRS[::2], PAIRS[1::2])
ALIKE = str.maketrans("01i5", "olls")


def look_of(name: str) -> str:
    """The same for names that are read alike; of a name without a letter or a digit nothing is left."""
    plain = unicodedata.normalize("NFKD", name.translate(LOOKS)).casefold().translate(LOOKS)
    kept = "".join(sign for sign in plain.translate(ALIKE) if sign.isalnum())
    return kept.replace("rn", "m").replace("vv", "w")
