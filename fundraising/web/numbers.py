"""Numbers in addresses: no longer than the database can hold, so that a longer one names nothing."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class Short(IntegerConvertor):
    """A number of at most 18 digits, which any `bigint` holds."""

    regex = "[0-9]{1,18}"


def shorten() -> None:
    """From now on `{name:int}` in a route takes no longer number; anything longer is not found."""
    register_url_convertor("int", Short())
