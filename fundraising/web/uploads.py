"""A photo on its way in: how large it may be, and the form that it comes with.

An address that takes photos ends in `/photo`, so that the guard knows how much to take before it reads a byte.
"""

from dataclasses import dataclass

from starlette.requests import Request

from fundraising.web.forms import INVISIBLE, MOST_FIELDS

TAKES_PHOTOS = "/photo"  # how such an address ends
MOST_PHOTO_BYTES = 15_000_000
MOST_BODY_BYTES = MOST_PHOTO_BYTES + 64_000  # with the fields around it: for `Route(max_body_size=)`


@dataclass(frozen=True, slots=True)
class Sent:
    """A form with a photo.

    Args:
        typed: every field as it was typed, cleaned of what cannot be seen.
        photo: the file's content; None when none was chosen.
    """

    typed: dict[str, str]
    photo: bytes | None


async def sent_in(request: Request, name: str = "photo") -> Sent:
    """What was sent.

    Args:
        name: of the field with the file; any other file counts as nothing.
    """
    async with request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=64_000) as form:
        typed = {key: INVISIBLE.sub("", value) for key, value in form.items() if isinstance(value, str)}
        file = form.get(name)
        given = await file.read() if file is not None and not isinstance(file, str) else b""
    return Sent(typed, given or None)
