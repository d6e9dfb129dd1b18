"""Runners of the example: those who come alone, for the mile or for fun."""

from __future__ import annotations

from fundraising.example.shapes import ExampleRunner
from fundraising.example.words import FUN_RUN, MILE

ALONE: tuple[ExampleRunner, ...] = (
    ExampleRunner(
        slug="rukhsana-jamil-cropper",
        name="Rukhsana Jamil-Cropper",
        why="My dad taught me to swim, cycle and park a car by walking backwards in front of me.",
        story="""\
Both hands out, he went before me in reverse: down the shallow end, across the car park of the cash and carry, \
saying *come on then, I've got you*. Never once did he look where he was going. He was looking at me.

Dad had a shop, so until it closed he had not been alone for one day of his life. Then there was the flat, the \
television and a phone that he kept charging because nobody had run it down. It took me too long to see it. I was \
always ringing on the way to something else.

Second Kettle found him Mr Horrocks, who supports the wrong team and comes on Saturdays to say so. They have been \
arguing for three years. Last month Dad hung up on me because the bell had gone.

I am racing the mile properly, with a plan. He will be at the finish with both hands out. I shall be arriving back \
first, so for once it will be for him to say when.""",
        target_pounds=2_000,
        race=MILE,
        charity="second-kettle",
        fame=1.0,
        colour=7,
        title="Both hands out",
    ),
    ExampleRunner(
        slug="layla-alhaddad",
        name="ليلى الحداد",
        why="أركض إلى الخلف لأرى من أين جئت. I run backwards to see where I have come from.",
        story="""\
As a translator I spend my days between a script that runs from the right and one that runs from the left. Then I \
saw a race whose lane is drawn from right to left and thought: at last, a sport that has been typeset properly.

I am aiming for something under eleven minutes. The canal at six in the morning is my track, and the geese have \
stopped passing remarks.

Years ago I interpreted at night for an old gentleman from Basra and the sitter beside him, who had not one word in \
common. By the third night they had no need of me. I stayed anyway, to watch two people say nothing so well.""",
        target_pounds=600,
        race=MILE,
        charity="lanternfold",
        fame=0.65,
        colour=8,
    ),
    ExampleRunner(
        slug="wajid-karr",
        name="Wajid Suleman Karr",
        why="Everybody in this race is running blind. I have had practice.",
        story="""\
I lost most of my sight at twenty-six. Since then I run on a tether beside Benedikta, who describes things: root, \
kerb, woman with large hat.

Backwards, she says, we are even. Trusting the ground behind you is new to the rest of the field, and I have offered \
lessons at a reasonable rate.

The year that it happened, the visits stopped sooner than the cards did. One man kept coming, a retired joiner \
called Frank, sent by Second Kettle. He read me the whole newspaper, down to the tide tables, forty miles from the \
sea. The tide tables are why I am asking.""",
        target_pounds=700,
        race=MILE,
        charity="second-kettle",
        fame=0.75,
        colour=10,
    ),
    ExampleRunner(
        slug="ottoline-birdsall",
        name="Ottoline Birdsall",
        why="I came last in every race at school. This one starts from there.",
        story="""\
I bind books, a trade in which you work outward from the spine and the front comes at the end.

This page was made in a lunch break, so more soon. It is for the Night Sitters, on account of one night in March and \
a lamp that somebody left on in a hall.""",
        target_pounds=250,
        race=MILE,
        charity="lanternfold",
        fame=0.0,
        colour=2,
    ),
    ExampleRunner(
        slug="soren-applegarth",
        name="Søren Applegarth",
        why="One lap, dressed as a lighthouse. They look in all directions, so it hardly counts as cheating.",
        story="""\
It is made from a water butt, and in a wind it does revolve.

Leave your name with your gift and **I paint it on the base as a small boat**. My brother has asked to be a submarine. \
Afterwards the whole thing goes to the Second Kettle day room, where a corner has been cleared and, I am told, \
argued over.""",
        target_pounds=150,
        race=FUN_RUN,
        charity="second-kettle",
        fame=0.3,
        colour=11,
        title="It does revolve",
        video="https://video.example.org/lighthouse-in-a-headwind",
    ),
    ExampleRunner(
        slug="anh-barlow-tran",
        name="Ngọc Ánh Barlow-Trần",
        why="I was thirty-four when I first rode a bicycle. It had three wheels, and I rang the bell all the way.",
        story="""\
My balance has been odd since I was born. People were kind about it, which is another way of saying that I was left \
to hold the bags.

At Wobblewheel they measured me as a tailor would. Then a woman with oil to her elbows said: right, where do you \
want to go? I had been asked how I was, often. Nobody had asked me that.

I shall walk the lap backwards on my husband's arm. He has instructions to keep quiet and steer.""",
        target_pounds=300,
        race=FUN_RUN,
        charity="wobblewheel",
        fame=0.0,
        colour=2,
    ),
    ExampleRunner(
        slug="kit-ravenscroft-osei",
        name="Kit Ravenscroft-Osei",
        why="No target, no watch, one kazoo.",
        story="""\
I bake at night, so five in the morning is my afternoon, and two of the Night Sitters take the same empty bus. One \
sleeps with her head on the glass. The other always has a library book, a new one each week, finished.

I bring rolls. That is how we got talking, and how it struck me that I could feed them but not what they do. Here is \
the page for that.""",
        target_pounds=None,
        race=FUN_RUN,
        charity="lanternfold",
        fame=0.15,
        colour=10,
    ),
)
