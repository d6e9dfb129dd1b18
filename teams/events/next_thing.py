"""What the organiser has to do next, the most pressing first. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from teams.events.models import Event, Race, Stage
from teams.events.standing import OVER_AFTER


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to do.

    Args:
        sentence: what is missing and what follows from that.
        action: what the link says.
        below: where the link leads, below the desk of the event.
        stops_opening: the event cannot be opened before it is done.
    """

    sentence: str
    action: str
    below: str
    stops_opening: bool = False


def things_to_do(
    event: Event,
    races: Sequence[Race],
    priced: Collection[int],
    *,
    has_waiver: bool,
    now: datetime,
    provisional: int = 0,
) -> list[Thing]:
    """Everything that is missing or odd; nothing for an event that is over.

    Args:
        races: in their order.
        priced: ids of the races that have a price.
        provisional: how many results nobody but organisers sees yet.
    """
    waiting = _about_results(provisional)
    if event.stage in (Stage.FINISHED, Stage.CANCELLED, Stage.RESTING):
        return waiting
    if event.stage is not Stage.DRAFT and now > event.starts_at + OVER_AFTER:
        return [*waiting, Thing("The day has been. Say that it is finished.", "Finish it", "/stage?to=finished")]
    things = [*waiting, *_about_the_page(event, races)]
    things += [
        Thing(f"No price for {race.name}: entries to it cannot begin.", "Add a price", f"/prices/new?race={race.id}")
        for race in races
        if race.id not in priced
    ]
    if not has_waiver:
        things.append(
            Thing("No waiver: runners have nothing to agree to, and entries cannot begin.", "Write it", "/waiver")
        )
    things += _about_days(event, races, now)
    if event.stage is Stage.DRAFT and not things:
        things.append(Thing("Everything is here. Only organisers see it so far.", "Open it", "/stage?to=open"))
    return things


def _about_results(provisional: int) -> list[Thing]:
    if not provisional:
        return []
    words = "1 result is" if provisional == 1 else f"{provisional:,} results are"
    return [Thing(f"{words} recorded and not official yet.", "Look at them", "/results")]


def _about_the_page(event: Event, races: Sequence[Race]) -> list[Thing]:
    things = []
    if not event.about or not event.strapline:
        sentence = "No words about it yet: the page would be empty."
        things.append(Thing(sentence, "Say what it is", "/basics", stops_opening=True))
    if not races:
        things.append(Thing("No race yet: add one.", "Add a race", "/races/new", stops_opening=True))
    return things


def _about_days(event: Event, races: Sequence[Race], now: datetime) -> list[Thing]:
    things = []
    if event.stage is Stage.DRAFT and event.starts_at < now:
        things.append(Thing("Its day has been: choose one to come.", "Choose the day", "/basics", stops_opening=True))
    if early := [race.name for race in races if race.starts_at < event.starts_at]:
        sentence = f"{' and '.join(early)} starts before the first start of the event."
        things.append(Thing(sentence, "Look at the first start", "/basics"))
    if event.entries_open_at is None:
        things.append(Thing("No day on which entries open: they stay shut.", "Choose the days", "/rules"))
    if event.entries_close_at and event.entries_close_at > event.starts_at:
        things.append(Thing("Entries close after the start.", "Look at the days", "/rules"))
    if astray := [race.name for race in races if race.day_id is None]:
        sentence = f"{' and '.join(astray)} belongs to no day of the event: its places are not counted there."
        things.append(Thing(sentence, "Look at the days", "/days"))
    return things
