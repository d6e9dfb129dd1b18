"""How numbers, days and texts are written: the filters of the templates. Only `money` formats an amount."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from fundraising.web.markdown import markdown, plain

MASKED = re.compile(r"(?<=.)[^@](?=[^@]*@)")
SIGNS = {"gbp": "£", "eur": "€", "usd": "$"}


def money(pence: int, currency: str = "gbp") -> str:
    """An amount as people write it: £25, £1,240.50; never rounded."""
    pounds, rest = divmod(abs(pence), 100)
    sign = "−" if pence < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency.upper() + ' ')}{pounds:,}" + (f".{rest:02}" if rest else "")


def number(value: int) -> str:
    """1,240"""
    return f"{value:,}"


def plural(value: int, one: str, many: str = "") -> str:
    """1 gift, 2 gifts"""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd, 11th"""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value:,}{ending}"


def percent(part: int, whole: int | None) -> int:
    """How much of the whole there is, rounded down, so that 100 % is never said before it is true."""
    return part * 100 // whole if whole else 0


def paragraphs(text: str) -> Markup:
    """Paragraphs of a plain text, parted by empty lines; nothing in it is HTML."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.splitlines())) for part in parts
    )


def short(text: str, most: int) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def host(address: str) -> str:
    """Whose site an address leads to, without its www."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def masked(email: str) -> str:
    """An address of which only the first letter shows before the @: pages and letters are passed on."""
    return MASKED.sub("•", email)


def in_zone(zone: ZoneInfo) -> Mapping[str, Callable[..., Any]]:
    """The filters that show a time in a zone."""

    def local(at: datetime) -> datetime:
        return at.astimezone(zone)

    def day(at: date) -> str:
        """Sunday 25 April 2027; of a moment in the zone, of a day as it is"""
        here = local(at) if isinstance(at, datetime) else at
        return f"{here:%A} {here.day} {here:%B %Y}"

    def short_day(at: datetime) -> str:
        """Sun 25 April"""
        here = local(at)
        return f"{here:%a} {here.day} {here:%B}"

    def clock(at: datetime) -> str:
        """10:30"""
        return f"{local(at):%H:%M}"

    def machine(at: datetime) -> str:
        """2027-04-25T10:30+01:00, for <time datetime>"""
        return local(at).isoformat(timespec="minutes")

    def days_until(at: datetime) -> int:
        """Days from today to that day, in the zone; negative when it has been."""
        return (local(at).date() - datetime.now(UTC).astimezone(zone).date()).days

    return {"day": day, "short_day": short_day, "clock": clock, "machine": machine, "days_until": days_until}


def day_alone(day: date) -> str:
    """25 April 2027, of a day without a clock."""
    return f"{day.day} {day:%B %Y}"


def day_short_alone(day: date) -> str:
    """25 Apr, of a day without a clock."""
    return f"{day.day} {day:%b}"


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "day_alone": day_alone,
    "day_short_alone": day_short_alone,
    "number": number,
    "plural": plural,
    "ordinal": ordinal,
    "percent": percent,
    "paragraphs": paragraphs,
    "markdown": markdown,
    "plain": plain,
    "short": short,
    "host": host,
}
