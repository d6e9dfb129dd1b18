"""Ready-made words with which a runner passes a page on; each can be taken as it is."""

from dataclasses import dataclass
from datetime import UTC, datetime

from fundraising.pages.papers import About
from fundraising.web.words import money

SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Ready:
    """Some words.

    Args:
        id: of its field.
        when: when one says so.
    """

    id: str
    when: str
    text: str


def ready_words(about: About, address: str, now: datetime) -> list[Ready]:
    """What there is to be said as things stand: the first word, one on the way, one shortly before, one afterwards."""
    fund, day = about.fund, about.day
    days = (day.starts_at - now).days if day else None
    words = [Ready("first", "The first word", _first(about, address))]
    if fund.raised_pence:
        words.append(Ready("way", "On the way", _on_the_way(about, address)))
    if days is not None and 0 <= days < SOON_DAYS:
        words.append(Ready("soon", "Shortly before", _soon(about, address)))
    if day is not None and day.starts_at < now.astimezone(UTC):
        words.append(Ready("after", "Afterwards", _after(about, address)))
    return words


def _who(about: About) -> tuple[str, str, str]:
    """Subject, verb and whom: of a child it is the parent or guardian who speaks."""
    return (about.fund.name, "is", "them") if about.is_child else ("I", "am", "me")


def _why(about: About) -> str:
    """For whom, and in whose memory."""
    charity = f" for {about.charity.name}" if about.charity else ""
    return charity + (f", in memory of {about.in_memory_of}" if about.in_memory_of else "")


def _first(about: About, address: str) -> str:
    subject, verb, whom = _who(about)
    event = f" at the {about.event.name.removeprefix('The ')}" if about.event else ""
    target = money(about.fund.target_pence, about.fund.currency) if about.fund.target_pence else ""
    asked = f" The target is {target}, and every pound is a step." if target and not about.in_memory_of else ""
    return f"{subject} {verb} running backwards{event}{_why(about)}.{asked} Would you sponsor {whom}? {address}"


def _on_the_way(about: About, address: str) -> str:
    fund, (subject, verb, _) = about.fund, _who(about)
    raised = money(fund.raised_pence, fund.currency)
    of_target = f" of {money(fund.target_pence, fund.currency)}" if fund.target_pence else ""
    return (
        f"{raised}{of_target} is there{_why(about)}. Thank you, everybody who gave. {subject} {verb} still running "
        f"backwards, and there is still room on the page: {address}"
    )


def _soon(about: About, address: str) -> str:
    subject, verb, _ = _who(about)
    return (
        f"It is nearly time: {subject} {verb} about to run backwards{_why(about)}. If you have been meaning to give, "
        f"now is a good moment: {address}"
    )


def _after(about: About, address: str) -> str:
    raised = money(about.fund.raised_pence, about.fund.currency)
    return f"It has been run, backwards{_why(about)}: {raised} so far. The page stays open a while: {address}"
