"""Times as people type them and as they are told. Pure.

Kept in milliseconds, as the timer took them; told rounded up to the next whole second (UK Athletics, rules for road
races), so that nobody is told a time that they have not run.
"""

import re

MOST_MILLISECONDS = 24 * 3_600_000 - 1
# The fastest that anybody has run a mile, forwards, is 7.2 metres a second (World Athletics, 3:43.13).
MOST_METRES_PER_SECOND = 7.3
CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?", re.ASCII)


def understood_time(typed: str) -> int | None:
    """The milliseconds of `m:ss`, `mm:ss.s` or `h:mm:ss(.ss)`, with a comma too; None of what is no time."""
    parts = CLOCK.fullmatch(typed.strip())
    if parts is None:
        return None
    hours, minutes, seconds = int(parts[1] or 0), int(parts[2]), int(parts[3])
    if seconds > 59 or (parts[1] and (minutes > 59 or len(parts[2]) != 2)):
        return None
    milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[4] or "").ljust(3, "0"))
    return milliseconds if 0 < milliseconds <= MOST_MILLISECONDS else None


def is_impossible(milliseconds: int, metres: int) -> bool:
    """Whether nobody on two legs has been that fast over such a way, in any direction."""
    return milliseconds * MOST_METRES_PER_SECOND < metres * 1000


def raw(milliseconds: int) -> str:
    """A time as it was taken: 9:41.2, 1:02:03.45; to the second when it was taken so."""
    seconds, rest = divmod(milliseconds, 1000)
    return _clock(seconds) + (f".{rest:03}".rstrip("0") if rest else "")


def told(milliseconds: int) -> str:
    """A time as it is published: rounded up to the next second; on the second it stays."""
    return _clock(-(-milliseconds // 1000))


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
