"""Two people, or two tabs, have the same form open: whoever saves second is told, and overwrites nothing unawares.

A form carries a short mark of what its reader saw; it is compared with what stands, under the lock of who saves.
"""

from collections.abc import Collection, Mapping
from hashlib import blake2b

import orjson
from pydantic import ValidationError

from fundraising.errors import Problem
from fundraising.web.forms import Form


class Overtaken(Problem):
    """Somebody else saved first."""

    status = 409
    title = "Somebody else was faster"
    sentence = (
        "This was changed while you had it open, and nothing of yours is saved yet. What you typed is still here: "
        "look at what stands now, and save again if yours is right."
    )


def version_of(stands: Mapping[str, str] | Collection[int]) -> str:
    """A short mark of how something stands; another one means that it has changed."""
    told = sorted(stands.items()) if isinstance(stands, Mapping) else sorted(stands)
    return blake2b(orjson.dumps(told), digest_size=9).hexdigest()


def must_be_as_seen(stands: Mapping[str, str] | Collection[int], seen: str) -> None:
    """Nothing has changed since the form was opened.

    Raises:
        Overtaken
    """
    if version_of(stands) != seen:
        raise Overtaken


def is_as_typed(form: Form, stands: Mapping[str, str]) -> bool:
    """Whether what stands is what was typed: a form that is sent twice is saved once, and nobody was faster."""
    try:
        return type(form).model_validate(dict(stands)) == form
    except ValidationError:
        return False
