"""What letters about signing in show."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fundraising.people.models import Purpose
from fundraising.settings import Settings
from fundraising.web.tokens import token_from

TEMPLATES = ("sign_in", "nobody_known", "new_email", "email_changed")
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "sign_in": {"link": "https://run.example.org/sign-in/a-sample"},
    "nobody_known": {},
    "new_email": {"link": "https://run.example.org/sign-in/a-sample"},
    "email_changed": {"new": "s•••@example.org"},
}


def shower(settings: Settings) -> Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]:
    """What turns the facts of these letters into what they show: the token is made here, and kept nowhere."""

    async def show(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        if new := facts.get("new"):
            local, _, domain = new.partition("@")
            return {"new": f"{local[:1]}•••@{domain}"}
        links = {
            str(purpose): f"{settings.base_url}/sign-in/{token_from(settings, purpose, facts['nonce'])}"
            for purpose in (Purpose.SIGN_IN, Purpose.NEW_EMAIL)
        }
        return {"link": links[facts.get("purpose", "sign_in")]}

    return show
