"""What each letter of the house shows, and with what invented facts the organiser may look at it; by its template."""

from collections.abc import Mapping
from typing import Any

from charities.api import writing as api_letters
from charities.applying import writing as applying_letters
from charities.connecting import writing as connecting_letters
from charities.details import writing as details_letters
from charities.partners import writing as partner_letters
from fundraising.donations import receiving, refunding
from fundraising.mail.letters import Shower
from fundraising.moderation import writing as moderation_writing
from fundraising.pages import keeping as page_keeping
from fundraising.people import writing
from fundraising.pledges import writing as pledge_writing
from fundraising.settings import Settings
from teams.entries import writing as entry_writing
from teams.roster import nudging, weekly
from teams.roster import writing as team_writing
from teams.training import enquiring
from teams.training import letters as training_letters

SAMPLES: dict[str, Mapping[str, Any]] = {
    **receiving.SAMPLES,
    **refunding.SAMPLES,
    **page_keeping.SAMPLES,
    **pledge_writing.SAMPLES,
    **moderation_writing.SAMPLES,
    **writing.SAMPLES,
    **enquiring.SAMPLES,
    **training_letters.SAMPLES,
    **entry_writing.SAMPLES,
    **team_writing.SAMPLES,
    **nudging.SAMPLES,
    **weekly.SAMPLES,
    **partner_letters.SAMPLES,
    **applying_letters.SAMPLES,
    **connecting_letters.SAMPLES,
    **details_letters.SAMPLES,
    **api_letters.SAMPLES,
}


def make_showers(settings: Settings) -> dict[str, Shower]:
    """What each letter shows, by its template."""
    return {
        **dict.fromkeys(receiving.TEMPLATES, receiving.shown_in_letter),
        **dict.fromkeys(refunding.TEMPLATES, refunding.shown_in_letter),
        **page_keeping.SHOWERS,
        **dict.fromkeys(writing.TEMPLATES, writing.shower(settings)),
        **pledge_writing.SHOWERS,
        **moderation_writing.SHOWERS,
        **enquiring.SHOWERS,
        **training_letters.SHOWERS,
        **entry_writing.showers(settings),
        **team_writing.showers(settings),
        **nudging.SHOWERS,
        **weekly.SHOWERS,
        **partner_letters.showers(settings),
        **applying_letters.showers(settings),
        **connecting_letters.showers(settings.base_url),
        **details_letters.showers(),
        **api_letters.showers(settings),
    }
