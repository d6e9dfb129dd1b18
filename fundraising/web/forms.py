"""What may be typed: a form is a frozen pydantic model; what does not fit becomes a sentence beside its field."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request

from fundraising.errors import BadInput
from fundraising.store.ids import new_id

# Control characters, and those that turn the direction of what follows them or hide in it.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
MOST_FIELDS = 60


class Form(BaseModel):
    """Base of every form."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, extra="ignore")


OneLine = BeforeValidator(lambda value: " ".join(str(value).split()))  # a text without line breaks


def _ticked(value: object) -> bool:
    return str(value).lower() in ("on", "1", "true", "yes")


Tick = Annotated[bool, BeforeValidator(_ticked)]  # a checkbox: absent is False


def attempt_of(typed: object) -> UUID:
    """The id of the opened form; whoever sends none, or nonsense, has opened one just now."""
    try:
        return UUID(str(typed))
    except ValueError:
        return new_id()


Attempt = Annotated[UUID, BeforeValidator(attempt_of), Field(default_factory=new_id)]  # sent twice, it is one
F = TypeVar("F", bound=Form)


async def typed_in(request: Request, most_fields: int = MOST_FIELDS) -> dict[str, str]:
    """Every field as it was typed, cleaned of what cannot be seen; a file in place of a text counts as nothing."""
    async with request.form(max_files=0, max_fields=most_fields) as form:
        return {name: INVISIBLE.sub("", value) for name, value in form.items() if isinstance(value, str)}


def understood(form: type[F], typed: Mapping[str, str], sentences: Mapping[str, str]) -> F:
    """The form, understood.

    Args:
        sentences: what to say of a field that was left out or is too long or odd, where the form says nothing better.

    Raises:
        BadInput: with a sentence per field.
    """
    try:
        return form.model_validate(dict(typed))
    except ValidationError as error:
        raise BadInput(_said(error, sentences), typed) from None


def _said(error: ValidationError, sentences: Mapping[str, str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else "form"
        own = fault["type"] == "value_error" and "error" in fault.get("ctx", {}) and not name.startswith("email")
        if fault["type"] in ("string_too_long", "too_long"):
            sentence = f"That is too long: at most {fault['ctx']['max_length']} characters, please."
        elif own:
            sentence = str(fault["ctx"]["error"])
        else:
            sentence = sentences.get(name, "This needs another look.")
        said.setdefault(name, sentence)
    return said
