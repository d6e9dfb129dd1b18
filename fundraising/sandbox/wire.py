"""Stripe's wire: forms with brackets in, and its way of saying no out. Pure.

Sources: https://docs.stripe.com/api/errors, https://docs.stripe.com/error-codes.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Body: TypeAlias = dict[str, Any]
Tree: TypeAlias = dict[str, "Branch"]
Branch: TypeAlias = "str | Tree"

MOST_FIELDS = 2000
NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


class ErrorType(StrEnum):
    """The four types that Stripe documents."""

    API = "api_error"
    CARD = "card_error"
    IDEMPOTENCY = "idempotency_error"
    INVALID = "invalid_request_error"


class Refused(Exception):
    """The sandbox says no, as Stripe would.

    Args:
        message: what Stripe says.
        status: of the answer.
        code: Stripe's short word for it, when it has one.
        param: the parameter that is at fault, in brackets as on the wire.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type_: ErrorType = ErrorType.INVALID,
        code: str | None = None,
        param: str | None = None,
        **more: str,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self._error: Body = {"type": str(type_), "message": message, **more}
        if code:
            self._error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        if param:
            self._error["param"] = param

    @property
    def body(self) -> Body:
        """The answer's body."""
        return {"error": self._error}


class Invalid(Refused):
    """A request that makes no sense by itself: refused before anything is done, and not remembered for its key."""


def unknown(names: Sequence[str]) -> Invalid:
    """Parameters that Stripe does not have."""
    plural = "s" if len(names) > 1 else ""
    return Invalid(f"Received unknown parameter{plural}: {', '.join(names)}", code="parameter_unknown", param=names[0])


def missing(name: str) -> Invalid:
    """A parameter that has to be there."""
    return Invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)


def unsupported(name: str) -> Invalid:
    """A parameter that Stripe has and the sandbox does not act on: better refused than silently dropped."""
    return Invalid(
        f"Stripe knows this parameter, but the sandbox does not act on it: {name}",
        code="sandbox_unsupported",
        param=name,
    )


def no_such(kind: str, id_: str, param: str) -> Refused:
    """An id that names nothing of that kind in this account."""
    word = kind.replace("checkout.", "checkout ") if kind == "checkout.session" else kind
    return Refused(f"No such {word}: '{id_}'", status=404, code="resource_missing", param=param)


def decoded(text: str) -> Tree:
    """A form or query string as a tree; a list becomes a tree whose names are numbers.

    `a[b]=1`, `a[0][c]=2` as the SDK writes them, and `a[]=3` as people do.

    Raises:
        Invalid: for a name that cannot be read, or one that is a text here and a branch there.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid("Invalid request: the parameters are not UTF-8, or too many.") from None
    tree: Tree = {}
    for name, value in pairs:
        match = NAME.match(name)
        if match is None:
            raise unknown([name])
        _plant(tree, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, name)
    return tree


def _plant(tree: Tree, steps: Sequence[str], value: str, name: str) -> None:
    here = tree
    for step, following in pairwise(steps):
        branch = here.setdefault(step or _place(here, following), {})
        if isinstance(branch, str):
            raise Invalid(f"Invalid object: {name}", param=name)
        here = branch
    last = steps[-1] or str(len(here))
    if isinstance(here.get(last), dict):
        raise Invalid(f"Invalid string: {name}", param=name)
    here[last] = value


def _place(here: Tree, following: str) -> str:
    """Where `a[][b]` goes: the last of the list, or a new one when the last has a `b` already."""
    newest = here.get(str(len(here) - 1))
    is_full = not isinstance(newest, dict) or following in newest
    return str(len(here)) if is_full else str(len(here) - 1)
