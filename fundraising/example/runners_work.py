"""Runners of the example: the accounts office and the ward."""

from __future__ import annotations

from fundraising.example.shapes import ExampleRunner
from fundraising.example.words import TEAM_CHALLENGE

OFFICE: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="priya-venkataraman",
        name="Priya Venkataraman",
        why="I reconcile figures for a living. I would like to reconcile a few people with a cup of tea.",
        story="""\
Our office is on the third floor, and Mrs Alderdice lived opposite on the second: blue curtains. For six years we \
waved at four o'clock. It was not a friendship exactly. It was a standing item.

In February the curtains stayed shut for nine days before anybody said anything, and it was the window cleaner who \
said it. She was all right. A broken wrist, and nobody to open jars. But nine days.

Second Kettle now sends a man called Clive round on Thursdays. I have put the whole department down for a mile in \
reverse, which is at least a direction that we know from month end.""",
        target_pounds=1_000,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.85,
        colour=1,
    ),
    ExampleRunner(
        slug="gethin-prydderch",
        name="Gethin Prydderch",
        why="I said that I would do it if payroll did it. Payroll is doing it.",
        story="""\
There is an e-mail chain about this. It begins with me writing “ha, put me down”, and it ends with a form that has \
my name on it.

I am six foot four and have been asked, kindly, to run at the back, which in this race is the front.

My mam lives on her own three hours from here, with a dog who cannot work the telephone. A neighbour looks in on \
them both. Not everybody has that neighbour, and Second Kettle makes them from scratch.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.45,
        colour=1,
    ),
    ExampleRunner(
        slug="agnieszka-wroblewska",
        name="Agnieszka Wróblewska",
        why="My first winter here, somebody made too much soup on purpose.",
        story="""\
A bedsit over a carpet shop. I learned English from the shipping forecast and from the lady downstairs, who said \
“love” at the end of each sentence. I thought that it was grammar.

Jean made soup on Sundays, always a pot for six, always looking surprised. When she moved to the coast I understood \
that the pot had been that size because of me.

So this is for whoever is upstairs now. Żurek afterwards, by the bandstand: I mean it, bring a bowl.""",
        target_pounds=400,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.6,
        colour=1,
    ),
    ExampleRunner(
        slug="marcus-oyelaran-finch",
        name="Marcus Oyelaran-Finch",
        why="My watch refuses to believe that this is exercise.",
        story="""\
Week one: 400 metres, two hedges, one apology to a bench.

Week three: found out that the watch files backward running under “elliptical”. Appealed. Appeal rejected.

Week five: half a mile on the old railway path without looking round once, my sister cycling ahead and shouting \
“puddle” in time. Nobody was faster that evening. Nobody else was there, but still.

Sponsor the hedges if you prefer. The money goes to Second Kettle either way.""",
        target_pounds=250,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.3,
        colour=1,
    ),
    ExampleRunner(
        slug="siobhan-ni-dhuibhir",
        name="Siobhán Ní Dhuibhir",
        why="My father talked to the radio for two years. It never once asked him how he was.",
        story="""\
I live in Manchester and he lived outside Ennis, so I rang on Sundays, and on Sundays he was grand.

After he died his neighbour told me that he used to set out two cups. Not for my mother, who has been gone since I \
was twelve. In case.

I have thought about that second cup more than about nearly anything else. When I saw what this charity is called I \
put my name down before I had read what sort of race it was.""",
        target_pounds=350,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.5,
        colour=1,
        title="The second cup",
        in_memory_of="Donncha Ó Duibhir",
    ),
    ExampleRunner(
        slug="tariq-mahmood-ellis",
        name="Tariq Mahmood-Ellis",
        why="I have audited the route. The risks are all behind me, which is to say in front.",
        story="""\
Full disclosure, as we say downstairs: I dislike running, mornings and being looked at.

Against that, the team needed a sixth, Priya bought the good biscuits, and my nan would have gone out in her \
slippers to talk to absolutely anybody. These would have been her people.

Materiality threshold: any amount.""",
        target_pounds=200,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.15,
        colour=1,
    ),
)

WARD: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="blessing-owusu-antwi",
        name="Blessing Owusu-Antwi",
        why="Somebody has to sit with the night. I know the people who do.",
        story="""\
I have been a ward sister for nineteen years. The hardest part of the job is in the car park at half past seven, \
when a family who have been up for four nights ask me who will stay with Dad if they go home and sleep.

For one of those families, last year, the answer was Neville from the Night Sitters, a retired bus driver. He came \
at ten with a flask and a crossword, and everybody slept: the daughter, the son-in-law, and the old man too. He died \
on the Saturday with all of them there, awake.

Neville takes nothing but his fare. The training, the rota and a telephone that is always answered do cost money, \
and that is what I am asking you for.

As to the running, my knees and I have an understanding. We leave together and we come home together.""",
        target_pounds=1_500,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.95,
        colour=5,
    ),
    ExampleRunner(
        slug="maeve-tierney-lunt",
        name="Maeve Tierney-Lunt",
        why="Twelve hours on shift, then training. My daughter films it, for evidence.",
        story="""\
There are now nine videos of me reversing past the chip shop with great seriousness, and in three of them the same \
man holds the door for me.

I qualified when the ward still had a tea trolley with a bell. Whoever had no visitors, one of us sat with: it stood \
on no form and in no budget, and it was the best of the job. Lanternfold have put it back on the rota, and taken it \
to people's own front rooms.""",
        target_pounds=500,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.55,
        colour=5,
    ),
    ExampleRunner(
        slug="luzviminda-dacanay",
        name="Luzviminda Dacanay",
        why="Eleven beds, six rounds, three steps backwards each: I have been in training for twenty years.",
        story="""\
In Iloilo my lola told us that you leave a room facing the people you love. On nights I do it without thinking: \
curtain, pillow, three soft steps back to the door.

I counted once. By the end of one winter it comes to a marathon, so a mile, susmaryosep, a mile is a tea break.

My target is what it costs to train one sitter. If you take us past it we train a second, and I shall run the last \
hundred metres singing. Be warned. I know all the verses.""",
        target_pounds=600,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.7,
        colour=5,
    ),
    ExampleRunner(
        slug="shabnam-akhtar-riley",
        name="Shabnam Akhtar-Riley",
        why="My coach is ninety-one and does hospital radio. His notes so far: stop smiling. Smile.",
        story="""\
Mr Pilling has presented the Tuesday requests since before I was born, and he hurdled for the county before that. \
When he heard about the race he appointed himself.

I am slow. He says that slow is a pace like any other and that he has timed worse.

He cannot leave the studio on the day, so somebody will hold a phone to the finish and he is going to call it live \
between two waltzes. Give what you can. Coach's orders.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.4,
        colour=5,
    ),
    ExampleRunner(
        slug="colm-hanrahan-boyle",
        name="Colm Hanrahan-Boyle",
        why="I was told that there would be a sit-down at the end.",
        story="""\
Distance run before this year: from the chemist's to the 86, and I missed it.

The Night Sitters came to my uncle Dessie in Levenshulme. He had drawn up a list of who was not to visit, mostly \
relations, and they were very good about being the exception. He taught one of them to cheat at twenty-five.

I think that is worth a tenner. I think it is worth more, but I said that I would not be pushy.""",
        target_pounds=250,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.25,
        colour=5,
    ),
    ExampleRunner(
        slug="eilidh-strang",
        name="Eilidh Strang",
        why="The library van was the only thing that came up our glen on purpose.",
        story="""\
Every second Wednesday at ten past two you could hear it change down for the cattle grid. Four books on a child's \
ticket. The driver, Morag-Anne, pretended that she could not count, and I have never been so rich since.

These days I nurse in Manchester and I am running with the nurses, but my page points north. The van needs a \
gearbox, and somebody on the bench in the back to teach whoever would like to be taught.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="skerrymor",
        fame=0.0,
        colour=5,
    ),
)
