"""Runners of the example: the students, and the family."""

from __future__ import annotations

from fundraising.example.shapes import ExampleRunner
from fundraising.example.words import TEAM_CHALLENGE

STUDENTS: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="aoife-brannigan-roe",
        name="Aoife Brannigan-Roe",
        why="I failed statistics twice, so I feel that I have standing to reverse.",
        story="""\
The Resits were founded in the corridor outside an exam hall by four people avoiding one another's eyes.

Our training plan is on the fridge beside the cleaning rota, and is followed about as well. But Second Kettle paired \
the four of us, in turns, with a lady round the corner, and not one of those visits has been missed. She is teaching \
us bridge. She corrects my regression homework in pencil, having done the payroll of a mill by hand.

I passed, by the way. She framed it.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.4,
        colour=4,
    ),
    ExampleRunner(
        slug="chen-meiling",
        name="陈美玲",
        why="妈妈说，倒着跑也要看路。 Mum says: even backwards, watch where you are going.",
        story="""\
My grandmother walks backwards in the park in Chengdu at six every morning with two hundred other people, and nobody \
thinks it is a joke. When I told her that in England there is a champion, she asked what had taken us so long.

She coaches me by video call. It is mostly clapping.

I am eight thousand kilometres from her breakfast table. On Wednesdays I sit at Mrs Fairweather's in Withington, who \
does not clap but whose marmalade is serious. Two grandmothers seems greedy, I know. This page is for people who are \
down to none.""",
        target_pounds=400,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.55,
        colour=4,
    ),
    ExampleRunner(
        slug="emeka-nwachukwu-bright",
        name="Emeka Nwachukwu-Bright",
        why="I was promised pizza. I have since checked, and nobody promised pizza.",
        story="""\
Things that I have reversed into so far: Aoife; a bin; the concept of morning.

Going forwards I am the fastest of us by a distance. This turns out to be no use whatsoever, because the team's time \
is the time of whoever is last, and going backwards that is me. It has been good for my character, I am told, by \
three people who should look to their own.

At £150 I wear the cape.""",
        target_pounds=150,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.2,
        colour=4,
    ),
    ExampleRunner(
        slug="bo",
        name="Bo",
        why="Short name, short story.",
        story="""\
My room is above the kitchen. I heard the others planning this through the floor and said yes from the stairs.

No long reason. I was by myself a lot in first year, and somebody knocked.""",
        target_pounds=100,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.0,
        colour=4,
    ),
)

FAMILY: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="ruth-olorunfemi-thistlewood",
        name="Ruth Olorunfemi-Thistlewood",
        why="I entered the whole family with one tick too many, and they found out over dinner.",
        story="""\
Hello from whoever does the forms in our house.

It is my father, my mother-in-law, my husband, my daughter and me. That makes five, which makes a team, which was \
meant to be a joke. The joke now has a spreadsheet. Dad and Folasade train at dawn and are not on speaking terms; I \
am told that this is pacing.

Two people whom we loved had the Night Sitters by them. We are a loud lot, and what all of us remember is how quiet \
the house was, and that it was all right.""",
        target_pounds=400,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.5,
        colour=9,
    ),
    ExampleRunner(
        slug="norman-thistlewood",
        name="Norman Thistlewood",
        why="Retired tram driver. I am used to a cab at either end.",
        story="""\
A tram does not turn round at Bury. The driver picks up his bag, walks through, and sets off again from the back, \
which is now the front. I did it for twenty-two years, and nobody gave me a medal.

Folasade and I share one granddaughter and no opinions. She says that I start too fast. I say that she starts too \
loud. We run together because neither trusts the other out of sight.

They sat with our Jim. I will say no more than that, except that they asked what he liked, and put the cricket on.""",
        target_pounds=500,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.7,
        colour=9,
    ),
    ExampleRunner(
        slug="folasade-olorunfemi",
        name="Folasade Olorunfemi",
        why="I have buried a husband and raised four. I am not afraid of a path in a park.",
        story="""\
They told me that at seventy I might like to hold the coats. I have asked the coats to hold themselves.

My church has sponsored me by the step, and Sister Ronke will be counting aloud. The choir will stand at the top of \
the rise, where I hear that people suffer, and give them something to listen to.

When my husband was ill a quiet young woman came at night from Lanternfold. She took off her shoes at our door \
without being asked. She learned to say good morning in Yoruba, and she said it to him at every dawn for seventeen \
days: ẹ káàárọ̀, sir. That cannot be bought. The training for it can, and I expect you to.""",
        target_pounds=1_000,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.9,
        colour=9,
    ),
    ExampleRunner(
        slug="tunde-olorunfemi-thistlewood",
        name="Tunde Olorunfemi-Thistlewood",
        why="Postman. Eleven miles a day forwards; the universe is owed one.",
        story="""\
You notice things on a round. Whose bin is not out. Whose Christmas cards I could carry in one hand, and whose I \
could not carry at all, there being none.

There is one step where I ring although the letter would go through the door. Two minutes, all weathers. The depot \
does not know, or does and is kind.

My family's gifts go to the Night Sitters. Same team, same shirt, but mine are for Second Kettle, because of the \
step.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.3,
        colour=9,
    ),
    ExampleRunner(
        slug="ayo-olorunfemi-thistlewood",
        name="Ayo Olorunfemi-Thistlewood",
        why="My grandparents are beating me in training. Send money, or help.",
        story="""\
They go out at six in the morning. I have seen the evidence on the family chat: two blurs, and Grandad's voice \
saying “and again”.

I am nineteen. I row for my college, a sport in which you also cannot see where you are going, so I expected to be \
the expert. Instead I was overtaken in the dip by a woman in a church hat.

Whatever you give, I match in dignity.""",
        target_pounds=100,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.05,
        colour=9,
    ),
)
