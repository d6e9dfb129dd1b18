"""What the example is made of. No dates: whoever installs it reckons from today."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExampleRace:
    """One start.

    Args:
        kind: "timed", "team" or "fun".
        starts_after: minutes after the event's own start.
    """

    slug: str
    name: str
    kind: str
    summary: str
    ranked_by: str
    distance_metres: int
    starts_after: int


@dataclass(frozen=True, slots=True)
class ExampleEvent:
    """The challenge day; `about` and `course` are paragraphs, parted by an empty line."""

    slug: str
    name: str
    summary: str
    strapline: str
    venue: str
    about: str
    course: str
    organiser: str
    organiser_email: str
    community_url: str
    target_pounds: int
    colour: int
    capacity: int
    races: tuple[ExampleRace, ...]


@dataclass(frozen=True, slots=True)
class ExampleCharity:
    """Who receives.

    Args:
        connected: has its own account for gifts; those to the others are held by the organiser and owed to them.
        statement_name: what a supporter reads on the card statement; empty unless connected.
    """

    slug: str
    name: str
    summary: str
    about: str
    what_ten_does: str
    register: str
    number: str
    website: str
    colour: int
    target_pounds: int
    connected: bool
    statement_name: str = ""


@dataclass(frozen=True, slots=True)
class ExampleTeam:
    """Four to eight who entered together; `members` are slugs of runners and the captain is one of them."""

    slug: str
    name: str
    motto: str
    summary: str
    about: str
    colour: int
    target_pounds: int
    charity: str
    race: str
    captain: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExampleRunner:
    """Somebody who runs backwards.

    Args:
        why: one line.
        story: paragraphs, parted by an empty line; Markdown.
        target_pounds: None when the runner has set none.
        race, charity: their slugs; the charity may be another than the team's.
        fame: 0 to 1, how much of what is given goes here; 0 has nothing yet.
        colour: of the shirt; in a team it is the team's.
    """

    slug: str
    name: str
    why: str
    story: str
    target_pounds: int | None
    race: str
    charity: str
    fame: float
    colour: int
    title: str = ""
    video: str = ""
    in_memory_of: str = ""
