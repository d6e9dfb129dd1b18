"""Runners of the example: the brass band and the running club."""

from __future__ import annotations

from fundraising.example.shapes import ExampleRunner
from fundraising.example.words import TEAM_CHALLENGE

BAND: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="doreen-clegghorn",
        name="Doreen Clegghorn",
        why="Thirty-one years a conductor: I have always kept my back to the crowd, and kept time.",
        story="""\
A bandleader knows her audience by its coughs. I could draw you the front row of the Harpwood Institute with my eyes \
shut, from the lungs outward.

At the Second Kettle Christmas tea I asked one old lad for a request. He said that he would rather have a \
conversation, if it was all the same. So we cancelled the second half and sat down among them, tubas and everything, \
and it was the finest concert that we have never given.

The band will run in step. It will be in tune at the finish as well, should the euphonium keep up.""",
        target_pounds=750,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.75,
        colour=3,
    ),
    ExampleRunner(
        slug="wilf-ormesher",
        name="Wilf Ormesher",
        why="I have no target. I am eighty-two. Let us see.",
        story="""\
They gave me the triangle when I was eight and I have worked my way up to bass drum. I shall be walking it. \
Backwards, mind.

Since Edna went I am one of those whom Second Kettle come to see, if you want to know. It was not easy to ring them. \
They sent a young man who did not know how to make tea, so that gave us something to do.

This is for him, mostly. Do not tell him or he will want to make a speech.""",
        target_pounds=None,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.8,
        colour=3,
    ),
    ExampleRunner(
        slug="harpreet-sandhal",
        name="Harpreet Singh Sandhal",
        why="First cornet, last runner. The team's time is mine, and I intend to be worth the wait.",
        story="""\
Rule of the Team Challenge: the clock stops when the last of us is home. I explained this to the band as if it were \
a philosophy. They have seen me train.

At the gurdwara we feed whoever walks in, several hundred on a Sunday, and you could think that the work ends there. \
Then you meet the man who came for the dal and stayed three hours, stacking plates that were already stacked. It had \
never been about the dal.

Second Kettle understand him perfectly. Seven pounds or seventy, they will put a chair opposite somebody.""",
        target_pounds=500,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.65,
        colour=3,
    ),
    ExampleRunner(
        slug="mateusz-zolkiewicz",
        name="Mateusz Żółkiewicz",
        why="I carry a tuba up four floors twice a week. Backwards will be a holiday.",
        story="""\
Good day. I am Mateusz, and the tuba is Krystyna.

She stays at home for this one. I tried ten metres with her in the car park, and a neighbour rang to ask whether a \
ship had come in.

For every fifty pounds I play one request on our balcony, Prestwich side, before nine in the evening. Sad songs cost \
the same as happy ones.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.3,
        colour=3,
    ),
    ExampleRunner(
        slug="persephone-featherstonehaugh-cholmondeley",
        name="Persephone Wilhelmina Featherstonehaugh-Cholmondeley",
        why="My name does not fit on the number. I asked for small print; they offered me two numbers.",
        story="""\
Percy, please. The full version belonged to three great-aunts, none of whom would give way, and has defeated \
passports, library cards and one cake.

Great-Aunt Wilhelmina lived to ninety-seven in four rooms of a house with thirty-one. I was nine before I noticed \
that the other twenty-seven were shut because nobody came. We were told that she preferred it. I have her letters \
now, and she did not prefer it.

I play second horn, none too well, beside people who ring if I miss a Tuesday. That ought to be a good deal less \
rare than it is.""",
        target_pounds=400,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.45,
        colour=3,
    ),
    ExampleRunner(
        slug="kwabena-asamoah-tetteh",
        name="Kwabena Asamoah-Tetteh",
        why="Percussion section: two of us, one metronome, no brakes.",
        story="""\
I set the click to 160 and followed it backwards round the bowling green. On the third lap the bowls club set off \
after me, not in anger. They wished to join in.

Four of them are giving cash, and have asked me to make known that the one who fell over was not pushed. The rest of \
you may use the button.""",
        target_pounds=200,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.2,
        colour=3,
    ),
    ExampleRunner(
        slug="nerys-llewelyn-grange",
        name="Nerys Llewelyn-Grange",
        why="Mae’n haws nag y mae’n edrych. It is easier than it looks. (It is not.)",
        story="""\
Tad-cu was a signalman. “Clear behind,” he would say at my bedroom door, last thing, in the voice that he used for \
the milk train. I whisper it on the bends now.

In his last year a girl from the chapel came on Mondays to be beaten at draughts. She lost on purpose for ten \
months, and he knew, and never let on. Between them they were the two finest liars in Ceredigion.

Money for Mondays, then.""",
        target_pounds=300,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.4,
        colour=3,
    ),
)

HARRIERS: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="bernard-tattersfield",
        name="Bernard Tattersfield",
        why="At sixty-eight I had run out of personal bests in the other direction.",
        story="""\
Joined the Harriers at sixteen. Cross-country, road, the lot; knees original. In this event I hold the club record, \
the course knowledge and the only bruise.

Notes for sponsors, should you be tempted: shoulders over the feet, arms low, do not keep looking round. It is only \
a hill.

My wife was looked after at home for her last eleven weeks. The Night Sitters came for thirty of the nights. I am \
not a man for adjectives. Thirty nights.""",
        target_pounds=500,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.6,
        colour=6,
    ),
    ExampleRunner(
        slug="imogen-quickfall",
        name="Imogen Quickfall",
        why="With this surname I had no choice.",
        story="""\
Go on. I have heard them all since Year Two, and lately from a race commentator as well.

Falls in training, to date: four. Two on grass, one on a spaniel, one, mysteriously, upwards. My friend Dilys now \
runs facing me with both hands out like somebody guiding in a lorry, and twice we have laughed so much that we went \
home on the tram.

If I stay on my feet for the whole mile, please give. If I do not, please give more.""",
        target_pounds=260,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.35,
        colour=6,
    ),
    ExampleRunner(
        slug="farid-benhaddou",
        name="Farid Benhaddou",
        why="Tizi Ouzou, Marseille, Moss Side. For one mile I shall look at where I came from.",
        story="""\
I have gone forward a great deal in my life. It is tiring, and nobody tells you what becomes of the view.

When my mother was dying I could be there only for the last week. A neighbour sat the other nights, the ones that I \
have to imagine. I never learned her family name. I cannot pay her, so I am paying it sideways, to people in \
Manchester who would do the same for somebody else's mother.

Now something lighter: I have fixed mirrors to my glasses, and I look like a motorbike.""",
        target_pounds=400,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.45,
        colour=6,
    ),
    ExampleRunner(
        slug="zofia-brzeczkowska",
        name="Zofia Brzęczkowska",
        why="Engineer. I have worked out the stopping distance and written it on my hand.",
        story="""\
Rear-facing locomotion, 2.2 metres per second, gradient three per cent: acceptable. Crosswind from ducks: unknown.

You join a running club to meet people, and what you meet is their backs. This will be the first race in which we \
are all face to face.

I chose £262 because I have also done 26.2 miles the usual way round, and only one of these two is fun.""",
        target_pounds=262,
        race=TEAM_CHALLENGE,
        charity="lanternfold",
        fame=0.1,
        colour=6,
    ),
    ExampleRunner(
        slug="delroy-pennington-blake",
        name="Delroy Pennington-Blake",
        why="Thirty years a barber. I know what a chair and ten minutes can do.",
        story="""\
Some of my regulars do not need a trim. Mr Ambrose has about nine hairs and he books every Friday.

You learn to cut slowly for a man like that. You say, what's new, and then you say nothing, and round about the left \
ear it comes out: a son in Toronto, a flat that hums. I sweep up, and there is next to nothing on the floor, and he \
goes out taller.

My team are running for the Night Sitters, God bless them. I asked could my page go to Second Kettle, because what \
they do is what my chair does, only they bring the chair to you.

Beard trims in race week: every penny. Tell your beards.""",
        target_pounds=800,
        race=TEAM_CHALLENGE,
        charity="second-kettle",
        fame=0.8,
        colour=6,
    ),
)
