"""The example's event, races and charities. The charities are invented and their numbers belong to nobody."""

from __future__ import annotations

from fundraising.example.shapes import ExampleCharity, ExampleEvent, ExampleRace

MILE = "championship-mile"
TEAM_CHALLENGE = "team-challenge"
FUN_RUN = "fun-run"

RACES: tuple[ExampleRace, ...] = (
    ExampleRace(
        slug=MILE,
        name="UK Backward Run (Championship Mile)",
        kind="timed",
        summary=(
            "A mile against the clock, chip-measured, with your back to the finish. "
            "Whoever is home first is UK Champion, and will have been the last to see it coming."
        ),
        ranked_by="Chip time, women and men",
        distance_metres=1609,
        starts_after=0,
    ),
    ExampleRace(
        slug=TEAM_CHALLENGE,
        name="UK Backward Team Challenge",
        kind="team",
        summary=(
            "A captain invites the friends, four to eight of you run together and raise together. "
            "The clock stops when the last of the team is home, so nobody gets left in front."
        ),
        ranked_by="Last member home",
        distance_metres=1609,
        starts_after=45,
    ),
    ExampleRace(
        slug=FUN_RUN,
        name="Backward Fun Run",
        kind="fun",
        summary=(
            "No race: one lap of the park in reverse, at the speed of a conversation, for a charity that you choose. "
            "Costumes are welcome if you can see past them."
        ),
        ranked_by="Not ranked; money raised is celebrated",
        distance_metres=1000,
        starts_after=90,
    ),
)

EVENT = ExampleEvent(
    slug="uk-backward-run",
    name="UK Backward Run",
    summary="A mile run backwards in Heaton Park, Manchester: alone, with friends, and for a charity.",
    strapline="Turn your back on sport",
    venue="Heaton Park, Manchester",
    about="""\
In August 2010, 38 people came to Heaton Park and ran a mile backwards. Garret Doherty was the first man home in \
7:30, Rachel Butterfield the first woman in 12:40, and nobody has been able to explain it properly since.

There are three ways to take part: the Championship Mile for the clock, the Team Challenge for friends, and the Fun \
Run for everybody else. There is room for 250 runners. The number goes on your back, because that is what the crowd \
sees first.

Your entry pays for a medal, chip timing, water and a training pack, with training letters by e-mail. Start early \
and go out twice a week. Keep your shoulders over your feet and your arms close and low. Push off the balls of your \
feet, skim the ground and let the heels just touch. At first, run with a partner who faces forward and is your eyes.

We ask each runner to raise £20, and oblige nobody. Gifts go straight to the charity, entry fees never count as \
gifts, and there is a prize for the top fundraiser.""",
    course="""\
The course follows the park's traffic-free paths, 5 metres wide and marshalled all the way, in laps of 1 km with a \
rise and a dip. Warning signs stand at the corners, facing the way that you will be facing.

The course best for the mile is 6:58. One report says 7:03, so it is still to be confirmed by the organiser.

Somebody may run beside you as your guide. Tell us when you enter, and we shall expect two of you.""",
    organiser="UK Backward Run",
    organiser_email="hello@example.org",
    community_url="https://community.example.org/backward-run",
    target_pounds=20_000,
    colour=0,
    capacity=250,
    races=RACES,
)

CHARITIES: tuple[ExampleCharity, ...] = (
    ExampleCharity(
        slug="second-kettle",
        name="Second Kettle",
        summary="A visitor, a pot of tea and an hour that is not in a hurry, for people in Manchester who live alone.",
        about="""\
Second Kettle began in a launderette in Harpurhey, where two people kept each other company over a broken dryer and \
noticed that neither had spoken to anybody since Thursday. Today 340 volunteers each visit one person, once a week, \
for as long as both of them like.

There is no form about loneliness to fill in. Somebody rings, we ask what they enjoy, and we look for a neighbour \
who enjoys it too: crosswords, cricket, complaining about cricket. We check and train every visitor, and somebody in \
the office is awake for the telephone until ten at night.""",
        what_ten_does="£10 pays a volunteer's bus fares for a month of weekly visits, and the biscuits.",
        register="Charity Commission for England and Wales",
        number="9999991",
        website="https://secondkettle.example.org",
        colour=10,
        target_pounds=8_000,
        connected=True,
        statement_name="SECOND KETTLE",
    ),
    ExampleCharity(
        slug="lanternfold",
        name="Lanternfold Night Sitters",
        summary="Trained volunteers who stay through the night with somebody who is dying, so that a family may sleep.",
        about="""\
The nights are long when somebody is dying at home, and whoever loves them is usually the one who has not slept. Our \
sitters arrive at ten and leave at seven. They are bus drivers, librarians, a retired magician. They hold a hand, \
fetch a drink, and wake you if you ought to be woken.

We are not nurses and do not take the place of any. We ask nobody for money, at the time or afterwards. A family \
rings one number and the same few faces come back, because by the third night a stranger is no help.""",
        what_ten_does="£10 keeps the night telephone answered for an hour and a half.",
        register="Charity Commission for England and Wales",
        number="9999992",
        website="https://lanternfold.example.org",
        colour=8,
        target_pounds=8_000,
        connected=True,
        statement_name="LANTERNFOLD SITTERS",
    ),
    ExampleCharity(
        slug="wobblewheel",
        name="Wobblewheel Cycles",
        summary="A workshop that builds bicycles around people, for riders whom the ordinary two wheels do not suit.",
        about="""\
Three wheels, two seats, hand cranks, a bell that can be rung with an elbow: if a road is where you would like to \
be, we measure you up and begin. Every machine is lent for as long as it fits, and rebuilt for the next rider.

The workshop is under a railway arch in Ancoats. Half of us came in as riders and stayed for the welding.""",
        what_ten_does="£10 buys a set of brake pads, and half an hour of somebody who knows where they go.",
        register="Charity Commission for England and Wales",
        number="9999993",
        website="https://wobblewheel.example.org",
        colour=2,
        target_pounds=3_000,
        connected=False,
    ),
    ExampleCharity(
        slug="skerrymor",
        name="Skerrymor Reading Van",
        summary="A library on four wheels for the glens, with a seat in the back for anybody who would like to learn.",
        about="""\
The van leaves Skerrymor on Monday with two thousand books and comes home on Friday with mud to the windows. It \
stops where there are three houses or more, and at two places where there is one.

In the back is a bench with a lamp. Grown-ups who missed out on reading sit there with our teacher, Ishbel, behind a \
curtain if they wish. The curtain is usually gone by the third visit.""",
        what_ten_does="£10 takes the van eighteen miles up a single-track road and back.",
        register="Scottish Charity Regulator",
        number="SC099994",
        website="https://skerrymor.example.org",
        colour=11,
        target_pounds=2_500,
        connected=False,
    ),
)
