"""The people of the example whom a visitor of the demonstration may be, by one click."""

from __future__ import annotations

from fundraising.people.demo_doors import DemoPerson

RUNNER, OTHER_RUNNER, CAPTAIN = "delroy-pennington-blake", "wajid-karr", "bernard-tattersfield"
PARTNERS = {"partner": "lanternfold", "treasurer": "wobblewheel"}  # who does which charity's money
PAGES = {"runner": RUNNER, "other-runner": OTHER_RUNNER, "captain": CAPTAIN}  # whose pledge page is whose

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson(
        "runner",
        "runner@example.org",
        "Delroy Pennington-Blake",
        "A runner in a team",
        "Runs with the Tail End Harriers. See your place, your page and your letters.",
    ),
    DemoPerson(
        "other-runner",
        "other-runner@example.org",
        "Wajid Suleman Karr",
        "A runner alone",
        "Comes without a team. Try to reach what belongs to somebody else: you should not get in.",
    ),
    DemoPerson(
        "captain",
        "captain@example.org",
        "Bernard Tattersfield",
        "A team captain",
        "Leads the Tail End Harriers. See who is in the team, invite a friend, nudge one who dawdles.",
        "/teams/tail-end-harriers/desk",
    ),
    DemoPerson(
        "parent",
        "parent@example.org",
        "Philippa Farrow-Smith",
        "A parent",
        "Enters a child in the fun run, and looks after everything for them.",
    ),
    DemoPerson(
        "giver",
        "giver@example.org",
        "Winifred Askew",
        "A supporter",
        "Has given to six pages. See where the money is now, and what a tax return asks for.",
        "/account/gifts",
    ),
    DemoPerson(
        "partner",
        "partner@example.org",
        "Constance Adeyemi-Wood",
        "A charity’s partner",
        "Works for one of the charities. See what its runners have raised, who gave, and claim Gift Aid.",
        "/charities/lanternfold/desk",
    ),
    DemoPerson(
        "treasurer",
        "treasurer@example.org",
        "Ignatius Thackray",
        "A charity’s treasurer",
        "Works for a charity without a Stripe account. Connect one, and see what the organiser paid to its bank.",
        "/charities/wobblewheel/desk/stripe",
    ),
    DemoPerson(
        "organiser",
        "organiser@example.org",
        "Hattie Brackenbury",
        "An organiser",
        "Runs the event. Open it, change it, see who has entered, read every letter.",
        "/organiser",
    ),
)
