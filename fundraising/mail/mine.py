"""My letters: what a person sees of them on the account, and a switch for each series."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.mail import stopping
from fundraising.mail.records import Addressee
from fundraising.mail.stopping import SERIES
from fundraising.store.database import connection
from fundraising.web.pages import see_other

LATEST = """
select template, sent_at, written_at from letter where lower(recipient) = lower($1)
order by written_at desc, id desc limit 10
"""
STOPPED = "select series from stopped_series where email = lower($1)"
TITLES = {  # what a letter is about, without its names
    "account_asks": "Stripe asks your charity for something",
    "account_closed": "Your charity’s Stripe account",
    "account_gone": "Your charity’s Stripe account is disconnected",
    "account_open": "Your charity’s Stripe account is open",
    "application_approved": "Your charity is in",
    "application_asked": "A question about your charity",
    "application_confirm": "Your charity’s application",
    "application_declined": "About your charity’s application",
    "application_here": "A charity applies",
    "bounced": "The bank refused a gift",
    "captain_handed": "Your team has a new captain",
    "captain_week": "Your team this week",
    "captain_yours": "You are captain",
    "cash_confirmed": "Cash counts",
    "cash_refused": "Cash was not found",
    "cash_returned": "Cash counts no more",
    "cash_waits": "Cash waits to be confirmed",
    "charity_changed": "A charity has changed what you approved",
    "co_captain_named": "Your team has a co-captain",
    "co_captain_over": "A co-captain less",
    "co_captain_yours": "You are co-captain",
    "deferred": "A place is carried over",
    "disputed": "A bank asked a gift back",
    "email_changed": "Your address was changed",
    "endpoint_ended": "A program of yours is told no more",
    "enquiry": "A message to the organiser",
    "enquiry_thanks": "Thank you for your message",
    "entry_placed": "You have your place",
    "entry_yours": "You are entered",
    "fee_returned": "A fee was given back",
    "friend_joined": "Somebody has joined your team",
    "friend_left": "Somebody has left your team",
    "gone_back": "A gift went back",
    "refund_asked": "A supporter asks for a gift back",
    "refund_asked_of": "A gift to your charity is asked back",
    "refund_refused": "The answer to your asking for a gift back",
    "guardian": "A parent or guardian is asked",
    "guardian_refused": "A parent or guardian did not agree",
    "handed_over": "Your place was taken over",
    "handover": "A place is offered to you",
    "interest_noted": "We will tell you when it opens",
    "interest_open": "Entries are open",
    "invitation": "A seat in a team",
    "milestone": "Your page has come some way",
    "moved_in": "You have moved into a team",
    "new_email": "Is this your new address?",
    "nobody_known": "Somebody asked for a sign-in link",
    "not_moved": "You have not moved",
    "nudge_gift": "A nudge: the first gift",
    "nudge_page": "A nudge: your page",
    "nudge_open": "A nudge: opening your page for gifts",
    "nudge_target": "A nudge: a target",
    "number": "Your number",
    "offer": "A place has come free for you",
    "partner_invited": "The desk of a charity is open to you",
    "page_given": "A page goes on with another runner",
    "page_kept": "A page goes on",
    "page_paused": "A page has stopped",
    "paid_over": "Gifts were paid to your charity’s bank",
    "paid_over_back": "A bank sent back what was paid to your charity",
    "paid_over_mistake": "A payment to your charity was recorded by mistake",
    "paid_too_late": "A fee came too late",
    "pledge_confirm": "Do you sponsor a runner?",
    "pledge_due": "What your promise comes to",
    "pledge_moot": "A promise is over",
    "pledge_nothing": "Nothing is due of a promise",
    "pledge_reminder": "A promise, once more",
    "put_back": "A page is back on the site",
    "report_answered": "What came of your report",
    "taken_off": "A page was taken off the site",
    "to_look_at": "Something waits to be looked at",
    "receipt": "Receipt of a gift",
    "removed": "You are not in the team any more",
    "runner_news": "News of a runner whom you gave to",
    "seats_paid": "Seats are paid for",
    "seats_too_late": "Seats were paid for too late",
    "sign_in": "A link to sign in",
    "stands_again": "A gift stands again",
    "taken_over": "The place is yours",
    "team_dissolved": "Your team has ended",
    "team_merged": "Two teams are one",
    "join_asked": "Somebody asks to join",
    "merge_asked": "A team asks to become one with yours",
    "thanks": "A runner thanks you",
    "training_week": "A week of training",
    "waiting": "You are on the waiting list",
    "withdrawn": "No longer entered",
}
Who = Callable[[Request], Awaitable[Addressee]]


async def panel(asker: Addressee) -> tuple[str, Mapping[str, Any]]:
    """The latest letters, and the series."""
    async with connection() as reading:
        rows = await reading.fetch(LATEST, asker.email)
        stopped = {row["series"] for row in await reading.fetch(STOPPED, asker.email)}
    letters = [dict(row) | {"title": TITLES.get(row["template"], "A letter")} for row in rows]
    series = [(name, words, name in stopped) for name, words in SERIES.items()]
    return "fundraising/mail/_mine.html", {"letters": letters, "series": series}


def make_routes(who: Who) -> list[BaseRoute]:
    """The switches.

    Args:
        who: is signed in, or raises; handed in, since this room lies below people.
    """

    async def take_stop(request: Request) -> Response:
        return await _switch(request, stopping.stop)

    async def take_start(request: Request) -> Response:
        return await _switch(request, stopping.start)

    async def _switch(request: Request, turn: Callable[[str, str], Awaitable[None]]) -> Response:
        asker, series = await who(request), request.path_params["series"]
        if series not in SERIES:
            raise NotFound
        await turn(asker.email, series)
        return see_other("/account#letters-title")

    return [
        Route("/account/letters/{series}/stop", take_stop, methods=["POST"], name="stop_series"),
        Route("/account/letters/{series}/start", take_start, methods=["POST"], name="start_series"),
    ]
