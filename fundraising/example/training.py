"""The example's training pack, reasons, safety and records, in our own words. No reason is a medical promise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExampleWeek:
    """A week of the plan; `body` is paragraphs, parted by an empty line."""

    weeks_before: int
    title: str
    plan: str
    body: str


@dataclass(frozen=True, slots=True)
class ExamplePoint:
    """A point of technique; `drawing` is the name of a drawing in the templates."""

    title: str
    body: str
    drawing: str


@dataclass(frozen=True, slots=True)
class ExampleReason:
    """A reason to run backwards; its number is its place."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class ExampleRecord:
    """A champion or a course best; `time_tenths` is in tenths of a second."""

    title: str
    year: int | None
    name: str
    time_tenths: int | None
    remark: str = ""


WEEKS: tuple[ExampleWeek, ...] = (
    ExampleWeek(
        8,
        "Twenty metres, flat",
        "Twice this week: 6 times 20 m backwards on flat grass, walking back forwards in between.",
        """\
Find the flattest, dullest piece of grass you know. A football pitch is good. Walk it forwards first and pick up \
whatever you would rather not meet with your heels.

Then turn round, walk backwards for twenty metres, and on the way back think about how odd that was. Do it again a \
little faster. That is the whole session. It will feel too easy today, and your calves will have a word with you \
tomorrow.""",
    ),
    ExampleWeek(
        7,
        "Bring a pair of eyes",
        "Twice: 8 times 20 m, with a partner who faces forward beside you. Swap every other time.",
        """\
This week is for your guide. Somebody runs next to you, facing the way you are going, and says what comes: kerb, dog, \
left a bit, stop. Agree on few words and short ones. "Mind the, er" is of no use to anybody.

Look straight ahead, which is to say behind, and trust them. Looking over your shoulder turns your hips, and then the \
rest of you follows.

Calves sore? That is the usual toll. Leave a day or two between sessions, and let them have it.""",
    ),
    ExampleWeek(
        6,
        "Fifty metres, upright",
        "Twice: 5 times 50 m on the flat, as slowly as you like, shoulders over your feet.",
        """\
Fifty metres is where most people begin to lean. Backwards, a lean is the beginning of a sit. Keep your shoulders over \
your feet, and fix your eyes on one thing in the distance that does not move.

Small steps are quick steps. If you can hear your heels, you are stamping: land on the ball of the foot, and let the \
heel just touch.""",
    ),
    ExampleWeek(
        5,
        "A hundred metres",
        "Once 4 times 50 m; once 3 times 100 m on the flat, with a rest as long as the run.",
        """\
A hundred metres backwards is a real distance: people on benches have time to say something. Have an answer ready. \
(There are plenty on the page of reasons.)

Keep your arms close and low. Wide arms feel like balance, and are really windmills. If your breath goes before your \
legs, you are going too fast, and nobody at the far end is waiting with a medal yet.""",
    ),
    ExampleWeek(
        4,
        "Bends and corners",
        "Once 4 times 100 m with a bend in it; once a gentle 400 m, half of it backwards.",
        """\
The course has corners, and corners are where backward runners meet the scenery. Practise a wide bend: your guide on \
the inside, you on the outside, both of you talking.

Halfway there. If you have a pledge page, this is a good week to tell people about it: you now have sore legs to show \
for it, and a story that nobody else in the office has.""",
    ),
    ExampleWeek(
        3,
        "A hill, gently",
        "Once 6 times 30 m up a gentle slope backwards, walking down forwards; once 3 times 200 m on the flat.",
        """\
Laps in the park have a rise and a dip. Up is easier than it sounds: the slope comes to meet you, and your thighs do \
the work that your calves have been doing all along. Walk down forwards. Everybody does.

When you do try a slope downwards, try it slowly, on grass, with your guide below you in word only: beside you, not \
behind you.""",
    ),
    ExampleWeek(
        2,
        "The long one",
        "Once 800 m backwards with as many breaks as you need; once 4 times 100 m, easy.",
        """\
This is the longest session of the plan. Half a mile, in pieces if you like: a hundred metres, a breather, another. On \
the day you will have a crowd, so you need not prove anything to the ducks.

Run in the shoes that you will wear. Nothing new from now on: no shoes, no socks, no clever idea from the internet.""",
    ),
    ExampleWeek(
        1,
        "Rest, and turn up",
        "Once 4 times 50 m, so that your legs remember. Then nothing, on purpose, for three days.",
        """\
The work is done; what is left is sleep. A short, easy session early in the week is enough.

Lay out your things the evening before: shoes, pins, a layer for the start, and something to eat that you have eaten \
before. Agree with your guide where to meet, since you will be looking in opposite directions.

Come early, warm up, say hello to whoever stands next to you: you will be seeing a lot of their face.""",
    ),
)

POINTS: tuple[ExamplePoint, ...] = (
    ExamplePoint(
        "Shoulders over the feet",
        "Stand tall and stay stacked: head, shoulders, hips, feet. Lean back and you sit down; fold up and you stop.",
        "shoulders",
    ),
    ExamplePoint(
        "Arms close and low",
        "Bend the elbows, keep them by your ribs, and swing short. Big arms turn the body, and then it steers itself.",
        "arms",
    ),
    ExamplePoint(
        "Off the balls, skim, let the heels touch",
        "Push off with the balls of your feet, skim the ground rather than lift, and let the heels just touch.",
        "feet",
    ),
    ExamplePoint(
        "Borrow somebody's eyes",
        "At first, run with a partner who faces forward beside you and says what comes. Few words, short ones, early.",
        "guide",
    ),
)

REASONS: tuple[ExampleReason, ...] = (
    ExampleReason("You always see who is chasing you", "And they see that you are not worried."),
    ExampleReason("Nobody can say that you are behind", "You are in front, facing the people who disagree."),
    ExampleReason(
        "The finish is a surprise",
        "Forward runners spend a mile looking at how far it still is. You look only at how far you have come.",
    ),
    ExampleReason(
        "You stand up straighter",
        "Slouch backwards and you soon sit down. It is a patient teacher of posture, with grass on its side.",
    ),
    ExampleReason(
        "Your calves finally get some attention",
        "They have carried you about for years without a word of thanks. By Tuesday they will have found words.",
    ),
    ExampleReason(
        "It is good company",
        "A guide runs beside you and talks the whole way. In what other sport is chatting a safety measure?",
    ),
    ExampleReason(
        "A slow mile is a fast mile",
        "Say twelve minutes and people nod politely. Say twelve minutes backwards and they put the kettle on.",
    ),
    ExampleReason("No one has ever been asked to hurry", "Nobody in the crowd knows what a good time would be."),
    ExampleReason(
        "Your balance gets a proper puzzle",
        "Feet, hips and ears have to talk to each other again. It is a pleasant sort of confusion.",
    ),
    ExampleReason(
        "Twenty metres count as training",
        "In week one, that is the whole distance. Few sports let you begin so near the kettle.",
    ),
    ExampleReason(
        "A headwind is not in your face",
        "It is in your back, where it is just as slow and a good deal more polite.",
    ),
    ExampleReason("Your number is readable", "Pinned to your back, it is the first thing that the crowd sees."),
    ExampleReason(
        "You run a mile and your friends pay for it",
        "For a charity of your choice, and nobody asks why you want sponsoring. They ask for the video.",
    ),
    ExampleReason(
        "Your heart does not know which way you face",
        "It works, and beats, and is glad to sit down afterwards. It is a run like any other, in that respect.",
    ),
    ExampleReason(
        "You use the same legs from the other side",
        "Thighs that have been passengers are asked to drive. They may want a map.",
    ),
    ExampleReason(
        "You learn to trust somebody",
        "When your guide says kerb, you believe them. Team-building days cost more and end with less to show.",
    ),
    ExampleReason("You will be overtaken by people you can talk to", "Face to face, for as long as it lasts."),
    ExampleReason(
        "A doctor wrote about it",
        "Dr Robert K. Stevenson took the subject seriously in 1981. You need not, but you may quote him at parties.",
    ),
    ExampleReason(
        "Hills are the right way round",
        "Going up, you see the view. Forward runners are shown the hill.",
    ),
    ExampleReason(
        "The past is easier to look at",
        "It does not move, it holds no potholes, and you have already survived it.",
    ),
    ExampleReason(
        "Dogs do not know what to do with you",
        "Chasing somebody who is looking straight at you takes all the fun out of it.",
    ),
    ExampleReason(
        "It makes a short run long enough",
        "Not everybody has an hour. Ten minutes in reverse is a full day's worth of thinking about your feet.",
    ),
    ExampleReason(
        "It is a fine change after years of forward",
        "Runners who are bored of running sometimes find that the fault was in the direction.",
    ),
    ExampleReason(
        "You wave at everybody who is behind you",
        "Manners are hard to keep up at speed. This is the one race in which everybody is greeted.",
    ),
    ExampleReason(
        "Photographs show your face and the finish line",
        "Both at once, in one picture, at last.",
    ),
    ExampleReason(
        "It burns through an excuse",
        '"I am no runner" does not apply. Nobody is a runner at this, until the second week.',
    ),
    ExampleReason(
        "You might be champion of the United Kingdom",
        "The field is small, the title is long, and it looks well on an application form.",
    ),
    ExampleReason(
        "Your team waits for its last member",
        "In the team challenge the clock stops when the last of you is home, so nobody is left in front.",
    ),
    ExampleReason(
        "The start line is the best place to make friends",
        "Everybody stands with their back to the race and looks at somebody. It might as well be you.",
    ),
    ExampleReason(
        "Children think that you are marvellous",
        "They have always run like this. They have been waiting for you to catch up.",
    ),
    ExampleReason("It puts sport behind you", "Literally. Some of us have hoped to do so since school."),
    ExampleReason(
        "You will say yes to odd things more often",
        "Having run a mile backwards in a park, few invitations will ever sound too strange.",
    ),
)

SAFETY = """\
The paths are traffic-free, 5 metres wide and marshalled all the way round. Warning signs stand at the corners, facing \
the way that you will be facing. Even so, you are running at something that you cannot see, so a few rules are not \
silly at all.

Before you start:
Come rested, warm up, and tie your laces twice. Tell us on your entry form what a first aider ought to know: only the \
organiser reads it, and it is deleted after the event.

If you are unwell on the day, or were told not to run, do not run. Watching backwards is also a skill.

Your guide:
Anybody may bring a guide who runs beside them facing forward, and on a first run everybody should. Guides stay on the \
outside, say what comes early and in short words, and touch a runner only to prevent a fall. Say so when you enter, \
and we shall expect two of you.

On the course:
Keep to the right-hand side as you face it. Slower runners and walkers keep to the edge; whoever overtakes says so in \
good time. No headphones: your ears are all the eyes you have.

Turning round to look, or to walk, is always allowed. In the Championship Mile it costs you the title and nothing else.

If you fall:
Sit, rather than reach behind you: wrists mend slowly. Raise an arm. A marshal stands within sight of every part of \
the course, and first aiders are at the start and half-way round.

If somebody else falls, stop, stand so that others see you, and call a marshal. Nobody loses a place here by helping.

In training:
Choose flat, dry grass without furniture, keep off roads, and do not train alone at first. Rest a day or two between \
sessions, and stop when something hurts; if it goes on hurting, ask a doctor or a physiotherapist, not the internet."""

RECORDS: tuple[ExampleRecord, ...] = (
    ExampleRecord(
        "Course best, the mile",
        None,
        "",
        4180,
        "To be confirmed by the organiser: one report says 7:03.",
    ),
    ExampleRecord("First champion, men", 2010, "Garret Doherty", 4500, "The first run, with 38 at the start."),
    ExampleRecord("First champion, women", 2010, "Rachel Butterfield", 7600),
)
