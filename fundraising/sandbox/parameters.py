"""Which parameters Stripe takes: read off the SDK's own TypedDicts at run time, so that they never go stale.

What the SDK writes as `Literal['a', 'b'] | str` is open for words of later API versions; the version that we pin
refuses them, and so do we.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import stripe

from fundraising.sandbox.wire import Body, Branch, Invalid, Tree, missing, unknown

MOST_CHARACTERS = 5000
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500  # https://docs.stripe.com/metadata#data
NOT_ON_THE_WIRE = frozenset(stripe.RequestOptions.__annotations__)  # what every shape inherits goes into headers


def checked(given: Tree, shape: type, path: str = "") -> Body:
    """Take what came over the wire as the shape says: numbers as int, truth as bool, lists as lists.

    Args:
        shape: one of the SDK's TypedDicts, such as `stripe.params.RefundCreateParams`.
        path: what stands before the names, for the error's `param`.

    Raises:
        Invalid: for a parameter that is unknown, missing or of the wrong type.
    """
    hints = _hints(shape)
    if strange := [_name(path, name) for name in given if name not in hints]:
        raise unknown(strange)
    for name in sorted(hints.keys() & shape.__required_keys__):  # type: ignore[attr-defined]
        if name not in given:
            raise missing(_name(path, name))
    return {name: _value(branch, hints[name], _name(path, name)) for name, branch in given.items()}


@cache
def _hints(shape: type) -> Mapping[str, Any]:
    """The shape's own names with their types, forward references resolved where the SDK wrote them."""

    def holder() -> None:
        """Holds the annotations, since Python resolves those of a function."""

    holder.__annotations__ = {name: hint for name, hint in shape.__annotations__.items() if name not in NOT_ON_THE_WIRE}
    return get_type_hints(holder, globalns=vars(sys.modules[shape.__module__]))


def _name(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, UnionType):
        return [choice for part in get_args(hint) for choice in _choices(part)]
    return [hint]


def _value(branch: Branch, hint: Any, name: str) -> Any:
    choices = _choices(hint)
    if isinstance(branch, str):
        return _scalar(branch, choices, name)
    return _compound(branch, choices, name)


def _scalar(text: str, choices: Sequence[Any], name: str) -> Any:
    words = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    if not text and "" not in words:
        raise Invalid(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty "
            "value.",
            code="parameter_invalid_empty",
            param=name,
        )
    if text in words:
        return text
    for kind, read in SCALARS.items():
        if kind in choices:
            return read(text, name)
    words = [word for word in words if word]
    if str in choices and not words:
        return _text(text, name)
    if words:
        listed = f"{', '.join(words[:-1])}, or {words[-1]}" if len(words) > 1 else words[0]
        raise Invalid(f"Invalid {name}: must be one of {listed}", param=name)
    wanted = "array" if any(get_origin(choice) is list for choice in choices) else "object"
    raise Invalid(f"Invalid {wanted}", param=name)


def _compound(tree: Tree, choices: Sequence[Any], name: str) -> Any:
    shapes = [choice for choice in choices if hasattr(choice, "__required_keys__")]
    if shapes:
        fitting = [shape for shape in shapes if tree.keys() <= _hints(shape).keys()]
        return checked(tree, (fitting or shapes)[0], name)
    for choice in choices:
        if get_origin(choice) is list:
            return _list(tree, get_args(choice)[0], name)
        if get_origin(choice) is dict:
            return _pairs(tree, get_args(choice)[1], name)
    raise Invalid(f"Invalid string: {dict(tree)}", param=name)


def _list(tree: Tree, hint: Any, name: str) -> list[Any]:
    if not all(re.fullmatch(r"[0-9]{1,9}", place) for place in tree):
        raise Invalid("Invalid array", param=name)
    ordered = sorted(tree, key=int)
    return [_value(tree[place], hint, _name(name, place)) for place in ordered]


def _pairs(tree: Tree, hint: Any, name: str) -> Body:
    if hint is not str:
        return {key: _value(branch, hint, _name(name, key)) for key, branch in tree.items()}
    if len(tree) > MOST_KEYS:
        raise Invalid(f"You can only specify up to {MOST_KEYS} keys; you passed in {len(tree)} keys.", param=name)
    for key, text in tree.items():
        if not isinstance(text, str):
            raise Invalid(f"Metadata values must be strings, but for key {key} you passed in a value of type hash")
        if len(key) > LONGEST_KEY:
            raise Invalid(f"Metadata keys can have up to {LONGEST_KEY} characters: {key}", param=_name(name, key))
        if len(text) > LONGEST_VALUE:
            raise Invalid(
                f"Metadata values can have up to {LONGEST_VALUE} characters, but you passed in a value that is "
                f"{len(text)} characters. Invalid value: {text[:50]}…",
                param=_name(name, key),
            )
    return {key: text for key, text in tree.items() if text}  # an empty value unsets its key


def _text(text: str, name: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise Invalid(f"Invalid string: {text[:20]}…; must be at most {MOST_CHARACTERS} characters", param=name)
    return text


def _truth(text: str, name: str) -> bool:
    if text not in ("true", "false"):
        raise Invalid(f"Invalid boolean: {text}", param=name)
    return text == "true"


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise Invalid(f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
    return int(text)


def _decimal(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"Invalid decimal: {text}", param=name) from None
    if not number.is_finite():
        raise Invalid(f"Invalid decimal: {text}", param=name)
    return number


SCALARS: Mapping[type, Callable[[str, str], Any]] = {bool: _truth, int: _whole, float: _decimal, Decimal: _decimal}
