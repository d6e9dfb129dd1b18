"""What the rooms hand each other: one list for each thing that a room asks of those above it.

The ground floor knows no wing and a wing not the other: here it is said who tells whom, who shows what where, who
proves what, and what is done by the clock. Only the roof and the command line look in here.
"""

from functools import partial
from zoneinfo import ZoneInfo

import asyncpg

from charities import records as charity_records
from charities.api import delivering
from charities.connecting import proving as payouts_by_bank
from charities.connecting import telling as connecting
from charities.partners import mine as my_charities
from fundraising.donations import declaring, receiving
from fundraising.donations import mine as my_gifts
from fundraising.donations import records as donation_records
from fundraising.funds.models import FundKind
from fundraising.jobs import Routine
from fundraising.mail import mine as my_letters
from fundraising.mail import records as mail_records
from fundraising.matching import proving as pot_proving
from fundraising.moderation import looking
from fundraising.moderation import records as moderation_records
from fundraising.moderation import views as moderation_views
from fundraising.pages import keeping as page_keeping
from fundraising.pages import owners
from fundraising.pages import records as page_records
from fundraising.pages import views as page_views
from fundraising.payments import books
from fundraising.payments.batch import Teller, tell_all
from fundraising.payments.models import Purpose
from fundraising.payments.reports import AccountTeller
from fundraising.people import account, own_record, signing_in
from fundraising.people.records import Record
from fundraising.pledges import outside as pledges
from fundraising.settings import Settings
from teams.entries import courses, medical, mine, waiting
from teams.entries import records as entry_records
from teams.entries.placing import Placer
from teams.events import changing as event_changing
from teams.results import panels as results
from teams.results import publishing
from teams.results import records as results_records
from teams.roster import (
    buying,
    coming,
    seats,
    starting,
    taken_off,
    weekly,
)
from teams.roster import mine as my_teams
from teams.roster import records as team_records
from teams.roster.founding import found_team
from teams.roster.welcoming import welcome
from teams.training import enquiring
from teams.training import letters as training_letters
from teams.training import records as training_records

MODELS = (
    "fundraising.funds.models",
    "fundraising.payments.models",
    "fundraising.donations.models",
    "fundraising.mail.models",
    "fundraising.people.models",
    "fundraising.pledges.models",
    "fundraising.matching.models",
    "fundraising.moderation.models",
    "fundraising.pages.models",
    "teams.events.models",
    "teams.entries.models",
    "teams.training.models",
    "teams.roster.models",
    "teams.results.models",
    "charities.models",
    "charities.applying.models",
    "charities.connecting.models",
    "charities.claims.models",
    "charities.api.models",
)
PLACER = Placer(found_team, welcome)
TELLERS: dict[Purpose, Teller] = {
    Purpose.DONATION: tell_all(receiving.tell, pledges.tell),
    Purpose.TOGETHER: receiving.tell_together,
    Purpose.ENTRY: PLACER.tell,
    Purpose.SEATS: buying.make_teller(coming.tell),
}
ABOUT_ACCOUNTS: AccountTeller = connecting.tell  # who is told that Stripe says something else of a charity's account
OPENED: tuple[event_changing.Opened, ...] = (enquiring.tell_interested,)
PAGE_PANELS: tuple[page_views.Panel, ...] = (results.page_panel, courses.page_panel)  # added by rooms above
PANELS: tuple[account.Panel, ...] = (
    my_charities.panel,
    mine.panel,
    results.account_panel,
    my_teams.panel,
    page_keeping.account_panel,
    my_gifts.panel,
    pledges.panel,
    my_letters.panel,
)
# Who may sign in besides those who are persons.
KNOWN: tuple[signing_in.Known, ...] = (donation_records.is_known, pledges.is_known)
OFFICIAL: tuple[publishing.Told, ...] = (pledges.reckon,)  # who is told of official results, in their transaction
KEEPERS = {FundKind.RUNNER: moderation_views.runner, FundKind.TEAM: taken_off.captain}  # who looks after a page
PROOFS: tuple[books.Proof, ...] = (
    receiving.prove,
    declaring.prove,
    pot_proving.prove,
    pledges.prove,
    payouts_by_bank.prove,
)


async def owners_of(reading: asyncpg.Connection, fund_id: int) -> list[str]:
    """The addresses of who looks after a page: its runner, or the captains of its team."""
    return [*await owners.owners(reading, fund_id), *await taken_off.owners(reading, fund_id)]


def routines(settings: Settings) -> dict[str, tuple[str, Routine]]:
    """What the rooms do by the clock."""
    return {
        **page_keeping.ROUTINES,
        "training.letters": ("10 * * * *", partial(training_letters.write_by_day, ZoneInfo(settings.time_zone))),
        "teams.weekly": ("20 * * * *", partial(weekly.write_by_day, ZoneInfo(settings.time_zone))),
        "entries.offers": ("* * * * *", waiting.look_after_offers),
        "teams.tidy": ("19 4 * * *", starting.tidy_unopened),
        "teams.reserved": ("* * * * *", seats.free_overdue),
        "entries.medical": ("23 4 * * *", medical.forget_medical_notes),
        "moderation.letters": ("*/10 * * * *", looking.tell_organisers),
        **pledges.ROUTINES,
        "api.tidy": ("37 4 * * *", delivering.tidy),
        "people.tidy": ("31 4 * * *", signing_in.tidy),
    }


def make_records(settings: Settings) -> tuple[Record, ...]:
    """What each room keeps of a person, in the order of locks: places, then funds, then what nobody waits for."""
    return (
        team_records.HISTORY_RECORD,  # while it is still known who was who
        entry_records.make_record(settings),
        results_records.RECORD,
        pledges.RECORD,
        page_records.RECORD,
        donation_records.RECORD,
        moderation_records.RECORD,
        team_records.RECORD,
        training_records.RECORD,
        charity_records.RECORD,
        Record(mail_records.TABLES, mail_records.export, mail_records.erase),
        own_record.RECORD,
    )
