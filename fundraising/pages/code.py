"""The Code of Fundraising Practice, as far as it concerns who makes a page: what they agree to before it takes a gift.

The wording is dated: who agrees keeps its version and the time. Code of Fundraising Practice (Fundraising Regulator, in
force since November 2025), the section on platforms and page creators; see DECISIONS 42.
"""

import asyncpg

CODE_VERSION = "2025-11"
OFFICIAL = "https://www.fundraisingregulator.org.uk/code"
AGREEMENT = (
    "I have read the guidance for page creators and agree to it: I raise money in aid of the charity, not on its "
    "behalf, and what I say here is true."
)
# A heading and a paragraph each; the page of guidance shows them all.
GUIDANCE = (
    (
        "In aid of, not on behalf of",
        "You raise money in aid of a charity of your choice. You do not work for it, speak for it or sign for it. Say "
        "“in aid of”, and send questions about its work to the charity itself.",
    ),
    (
        "Say what is true",
        "Your page says who you are, what you do and where the money goes. Nobody should be led to give by something "
        "that is not so, that leaves out what matters, or that is said of somebody who would not want it said.",
    ),
    (
        "Ask, and take no for an answer",
        "Ask as you would want to be asked: no pressure, no shaming, not again and again. Who says no, or nothing, has "
        "answered. Take particular care with people who may not be able to decide freely just now.",
    ),
    (
        "Every gift by the page, every coin by the book",
        "Gifts by card go straight to the charity. Cash that you collect is the charity's from the moment you hold it: "
        "note it, keep it apart from your own, and pay it in soon. Nothing is taken off for costs.",
    ),
    (
        "Look after people's data",
        "Names and messages of who gave are theirs. Use them to say thank you, and for nothing else.",
    ),
    (
        "Words and pictures of your own",
        "Only photos that you may use, and only of people who agree; of children only with their parents' yes. Nothing "
        "hateful, unlawful or unkind.",
    ),
    (
        "When something changes",
        "If you do not run after all, or raise for something else than you said, say so on your page at once and tell "
        "the organiser. What was given reaches the charity all the same; what happens with too much or too little "
        "stands in the terms.",
    ),
)
AGREE = "update pledge_page set code_version = $2, code_agreed_at = now() where fund_id = $1 and code_version <> $2"


async def agree(connection: asyncpg.Connection, fund_id: int) -> None:
    """Keep that a page's runner agrees to the wording of today, within the caller's transaction."""
    await connection.execute(AGREE, fund_id, CODE_VERSION)
