"""What stands on a poster, a sponsor form and a badge: facts of a fund, and nothing of who reads them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

import orjson

from fundraising.funds.addresses import Seen, see_funds
from fundraising.funds.models import FundKind, FundState
from fundraising.live.preview import NAMELESS
from fundraising.live.preview_card import TEAMS
from fundraising.pages import wording
from fundraising.pages.faces import set_in
from fundraising.pages.printing import Form, Paper
from fundraising.settings import Settings
from fundraising.web.words import in_zone, money

HOUSE = "Backward Run"
ROWS, ROW_HIGH = 13, 9.2  # as many as fit under the heading, high enough for handwriting; in millimetres
BADGE_WIDE, BADGE_HIGH = 325, 91  # pixels at which a badge is shown; it is drawn twice as large


@dataclass(frozen=True, slots=True)
class EventDay:
    """When and where an event is."""

    starts_at: datetime
    venue: str


@dataclass(frozen=True, slots=True)
class Wings:
    """What only the wings know, handed in by the roof.

    Args:
        find_day: of an event's fund.
        find_registration: the line that says where a charity's fund is registered; may be empty.
    """

    find_day: Callable[[int], Awaitable[EventDay | None]]
    find_registration: Callable[[int], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class About:
    """What the papers of a fund are made from.

    Args:
        challenge: what a runner has entered, in a few words.
        is_child: then its photo stays off paper.
        registration: of the charity.
    """

    fund: Seen
    charity: Seen | None
    event: Seen | None
    day: EventDay | None
    registration: str
    challenge: str = ""
    is_child: bool = False
    in_memory_of: str = ""


async def know(
    fund: Seen, wings: Wings, challenge: str = "", *, is_child: bool = False, in_memory_of: str = ""
) -> About:
    """Gather what stands above a fund, and what the wings know of it."""
    above = await see_funds([id_ for id_ in (fund.charity_id, fund.event_id) if id_])
    shown = {id_: one for id_, one in above.items() if one.state != FundState.HIDDEN}
    event = fund if fund.kind is FundKind.EVENT else shown.get(fund.event_id or 0)
    charity = fund if fund.kind is FundKind.CHARITY else shown.get(fund.charity_id or 0)
    day = await wings.find_day(event.id) if event else None
    registration = await wings.find_registration(charity.id) if charity else ""
    return About(fund, charity, event, day, registration, challenge, is_child, in_memory_of)


def poster(settings: Settings, about: About) -> Paper:
    """For a door or a shop window; without a total, since paper does not move."""
    fund = about.fund
    target = money(fund.target_pence, fund.currency) if fund.target_pence else ""
    goal = f"Target: {target}" if about.in_memory_of else f"The flag stands at {target}"
    more = {"goal": goal if target else "", "when": _when(settings, about), "house": HOUSE}
    return _paper(settings, about, "poster", "pdf", more, with_picture=True)


def sponsor_form(settings: Settings, about: About) -> Paper:
    """For those who sponsor with pen and cash."""
    more = {
        "when": _when(settings, about),
        "declaration": wording.SPONSOR_FORM,
        "remember": wording.REMEMBER,
        "version": wording.SPONSOR_FORM_VERSION,
        "rows": ROWS,
        "row_high": ROW_HIGH,
    }
    return _paper(settings, about, "form", "pdf", more)


def badge(settings: Settings, about: About, form: Form) -> Paper:
    """For the end of a mail: name, charity and total."""
    fund = about.fund
    of_target = f"raised of {money(fund.target_pence, fund.currency)}" if fund.target_pence else "raised so far"
    more = {"raised": money(fund.raised_pence, fund.currency), "caption": of_target}
    return _paper(settings, about, "badge", form, more)


def badge_html(fund: Seen, address: str) -> str:
    """What somebody pastes into the signature of a mail."""
    return (
        f'<a href="{escape(address)}"><img src="{escape(address)}/badge.png" width="{BADGE_WIDE}" '
        f'height="{BADGE_HIGH}" alt="{escape(fund.name)} runs backwards"></a>'
    )


def _paper(
    settings: Settings,
    about: About,
    template: str,
    form: Form,
    more: Mapping[str, object],
    *,
    with_picture: bool = False,
) -> Paper:
    fund = about.fund
    colour, on_colour = TEAMS[fund.colour % len(TEAMS)]
    address = settings.base_url + fund.path
    name = set_in(fund.name)
    if not name["text"]:
        name = set_in(NAMELESS[fund.kind])
    charity = about.charity if about.charity is not fund else None
    facts = {
        **more,
        "title": f"{name['text']}: {template}",
        "name": name,
        "letter": str(name["text"])[:1].upper(),
        "band": set_in(_band(about)),
        "summary": set_in(fund.summary),
        "charity": set_in(charity.name) if charity and set_in(charity.name)["text"] else None,
        "registration": about.registration,
        "address": address,
        "shown_address": _breaking(address.partition("://")[2]),
        "colour": colour,
        "on_colour": on_colour,
        "pictured": fund.picture_description or "",
    }
    picture = fund.picture_id if with_picture and not about.is_child else None
    return Paper(template, orjson.dumps(facts), address, picture, form)


def _band(about: About) -> str:
    event = about.event.name if about.event and about.event is not about.fund else ""
    first = {
        FundKind.RUNNER: about.challenge,
        FundKind.TEAM: "A team",
        FundKind.CHARITY: "We run backwards for",
        FundKind.EVENT: "Turn your back on sport",
    }[about.fund.kind]
    return " · ".join(part for part in (first, event) if part) or HOUSE


def _when(settings: Settings, about: About) -> str:
    if about.day is None:
        return ""
    return f"{in_zone(ZoneInfo(settings.time_zone))['day'](about.day.starts_at)} · {about.day.venue}"


def _breaking(address: str) -> str:
    """An address that may be broken where nobody takes the break for a part of it."""
    return address.replace("/", "/\u200b").replace("-", "\u2060-\u200b")
