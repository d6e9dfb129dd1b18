"""The tree of problems. Each is a fact with a status and a sentence; a raised problem becomes a page.

Problem
├── BadInput              422  something typed cannot be used; holds a sentence per field
├── Forbidden             403  not yours to do
│   └── CrossSite         403  a form that was not ours
├── NotFound              404  nothing lives here
├── Closed                409  a fund that takes no gifts at present; says why
├── TooLarge              413  more than we take in at once
├── TooMany               429  too often; says when to come back
└── Unavailable           503  ours or a third party's trouble; nothing was lost
    ├── DatabaseGone      503  the database does not answer
    ├── Busy              503  more than we can queue
    └── StripeGone        503  Stripe is slow, down or talking nonsense; nothing was taken
"""

from collections.abc import Mapping


class Problem(Exception):
    """A fact that ends a request; the handler in `web.pages` shows it.

    Args:
        sentence: what happened and what to do now, in plain words.
    """

    status = 500
    title = "Something tripped over its own feet"
    sentence = "That is our mistake, not yours. Nothing was lost; please try again in a minute."
    retry_after_seconds: int | None = None

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)
        if sentence:
            self.sentence = sentence

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says besides: when to come back."""
        return {"retry-after": str(self.retry_after_seconds)} if self.retry_after_seconds else {}


class BadInput(Problem):
    """What was typed cannot be used.

    Args:
        errors: a sentence for each field, by the field's name.
        typed: every field as it was typed, so that nothing is lost.
    """

    status = 422
    title = "Please look again"
    sentence = "Something on the form needs another look."

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = dict(errors)
        self.typed = dict(typed)


class Forbidden(Problem):
    """Not yours to do."""

    status = 403
    title = "Not through here"
    sentence = "This is not open to you."


class CrossSite(Forbidden):
    """A state-changing request that did not come from a page of ours."""

    sentence = "This form was not sent from our own page. Please open the page again and send it from there."


class NotFound(Problem):
    """Nothing lives at this address."""

    status = 404
    title = "We looked behind us, and it is not there"
    sentence = "There is no page at this address. It may have moved, or the link may be incomplete."


class Closed(Problem):
    """A fund that takes no gifts at present."""

    status = 409
    title = "Not taking gifts just now"
    sentence = "This page is not taking gifts at the moment."


class TooLarge(Problem):
    """More than we take in at once."""

    status = 413
    title = "That is a lot"
    sentence = "That is more than we take in at once. Please shorten it and send it again."


class TooMany(Problem):
    """Asked too often from one address."""

    status = 429
    title = "A little slower, please"
    sentence = "A great many gifts were started from your connection within a minute. Please try again shortly."

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Problem):
    """Trouble on our side or a third party's; coming back later helps."""

    status = 503
    title = "Back in a moment"
    sentence = "We cannot answer just now. Nothing was lost; please try again in a moment."
    retry_after_seconds = 5


class DatabaseGone(Unavailable):
    """The database does not answer."""


class Busy(Unavailable):
    """More arrived at once than may wait; Stripe comes again by itself."""


class StripeGone(Unavailable):
    """Stripe did not give a usable answer in time."""

    title = "The payment service did not answer"
    sentence = (
        "We could not reach the payment service, so nothing has been taken. "
        "What you typed is still here: please try again in a moment."
    )
