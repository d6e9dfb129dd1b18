"""What supporters of the example write: one message a line, fit for any runner, team or charity."""

from __future__ import annotations

MESSAGES: tuple[str, ...] = tuple(
    """\
Good luck! Mind the ducks.
Brilliant cause. Brilliant and slightly mad way of going about it.
Run well. Or whatever the word is for what you are doing.
Proud of you, whichever way you are facing.
For Mum, who would have laughed until she had to sit down.
I have worked beside you for nine years and this is the least surprising thing yet.
You got me at the second paragraph. Here you are.
Go on!
Good luck from everyone at number 42.
I said that I would pay by the fall. This covers the first week of training.
See you at the finish. We shall be the ones you can't see.
Thank you for doing this.
The kids have drawn you. You have eyes in the back of your head and wings.
Well done for doing something daft with a straight face.
Best of luck for the day, hope the weather is kind.
Is it true that you have to look over the same shoulder all the way? Asking for my physio.
From the Tuesday swimmers. We go up and down; you are at least getting somewhere.
No message, just love. Oh. That's a message.
I read your story on the bus and missed my stop. Worth it.
Give it some welly. In reverse.
Remember: hills go down if you face the other way.
From your old neighbours. The new people don't wave half so well.
A little something from a pensioner who likes your cheek.
You once waited with me for a recovery van for two hours. Consider this petrol money.
Superb. I'd join you if I could do it forwards.
Lots of love from all of us and the budgies xx
In memory of Alan, who always left by the back door.
Keep your shoulders over your feet, I have read the technique page twice.
👏👏👏
Good luck 🍀
I have told everybody at the allotment and two of them are sending marrows.
You have chosen well. I know two people who work with them.
Is there a prize for the most looks from dog walkers? You'd walk it.
Thinking of you all. Thinking especially of your calves.
Take care on the bends.
We saw you practising in the park and thought that you had forgotten something. Now we know.
My therapist says to stop looking back. I told her about you.
I can't be there on the day so please imagine a small person shouting.
Run, walk, shuffle, it all counts.
Because of your last line.
Every penny deserved.
From one backward family to another ❤️
Make it more, said my wife. So I did. Good luck from both of us.
Hope you smash it! (Not literally. Look where you're going. Oh.)
Delighted to support this again.
I've never sponsored anybody before. It took less time than the kettle.
Sending strength and plasters.
Charity begins at home and ends, apparently, in Heaton Park.
May the wind be in front of you, which is behind you, I think.
For Dad. He'd have timed you.
You make me want to ring my sister, so I'm going to go and do that.
I can see your house from here. Keep training, it's hilarious.
Quietly one of the best things that I've seen anybody do.
Only you.
Good luck to the whole team, and to whoever has to go last.
I know what sort of year it has been. You are doing this anyway. That's all.
Don't forget to breathe! And to stop!
What a lovely page. What an odd race.
Pob lwc i ti! Dw i mor falch ohonot ti. Rheda fel y gwynt, am yn ôl.
Powodzenia! Trzymamy kciuki, cała rodzina z Łodzi. Biegnij do tyłu, ale z głową!
شاباش! اللہ آپ کو کامیاب کرے۔ ہم سب کی دعائیں آپ کے ساتھ ہیں۔
Go n-éirí leat! Siar leat go tapa.
¡Ánimo! Hacia atrás, ni para tomar impulso… bueno, tú sí.
加油！倒着跑也要加油！
Ẹ kú iṣẹ́ o! We are all behind you. Or in front. God is everywhere.
Bonne chance, et attention à l'arbre.
Is it too late to send you a rear-view mirror?
I did a marathon once and cried at mile 20. At mile one you will be done. Clever.
Your gran told the whole of the 135 about this. The driver gave her something for you, included here.
The dog and I have been following your training with interest. He thinks that you are afraid of something.
Sorry it's not more this month.
Happy to help.
All the best from the lads at the depot.
My window looks on to the park and you have cheered up my whole winter.
It matters more than I can put in a box this size.
Keep going till you hear clapping from the wrong side.
You've got this, and we've got the flasks.
I asked for one good reason. You sent me four paragraphs. Fair enough!
Fabulous!!
Nice one 👍
Up the Backwards!
I was looking for somebody else's page and stayed for yours.
Not bad for somebody who used to hide in the PE cupboard.
Can't wait to see the photographs of everybody's backs.
We clapped for you at assembly, and three children then walked into the piano.
Good on you.
I'm matching my gym membership for the month, as I went as often as that suggests.
Our book group gave up on the book and talked about you instead. Small collection enclosed.
My knees hurt reading this.
Blessings on you and on your family.
I hope that the path is dry and the tea is wet.
Every mile starts with the last step, or something. Good luck.
To the finish and back! No, wait.
For Edith, 1931 to last spring. She never sat with her back to a door, and she would want to know why you are.
Can you put in a word with the wind?
I nearly didn't give because I couldn't decide on a witty message. I still can't.
What you are doing is wonderful. How you are doing it is a matter for the authorities.
Tell the charity that their leaflet at the library reached me at the right moment.
Swift feet and soft landings.
Very best wishes from the choir. We shall hum.
Do it for the ones who can't. And for the biscuits afterwards.
I'd hold the door for you, if I knew which way you were coming.
Good luck with the dip.
It's only a mile. It's only backwards. It's only everything.
I hereby pay my debt from the pub quiz. The capital was Canberra. You were right.
Your determination is an example to us all, as is your parking.
Oh you absolute hero.
Kudos from across the Pennines. Don't tell anybody.
As a physics teacher: your momentum is unimpressed by your direction. Go fast.
You taught my daughter to read. Run well.
I'd like to sponsor the last hundred metres, please. They're always the longest.
Just watched the total move when somebody gave. Wanted a go.
Can't run, can't walk far, can press a button. Go on from me.
Anything for a good cause and a good story.
Break a leg. No. Don't.
I laughed, and then I didn't, and then I found my card.
Go steady, enjoy the cheers, and ring me when you're home.
Hope that somebody sees this and copies me.
You're further on than you think: it's all behind you.
We'll be at the second bend with a sign that only you can read.
If anybody can do this looking dignified it's you. Please don't.
Much love from all at the Nook x
From somebody you don't know who needed cheering up today.
We've had our differences about the hedge. Good luck all the same.
Small change from the jar, counted by Maisie (6), who kept one for herself as a fee.
The whole surgery is cheering for you, quietly, because of the waiting room.
I've put it in the parish newsletter. Expect prayers and cake.
Onwards! Er.
A good egg doing a good thing.
I'll never forget what you did for us that Christmas. This is nothing beside it.
In loving memory of Rashid, who could not pass a collecting tin.
Did my five kilometres this morning thinking how boring it is to see what's coming.
I hope that whoever you beat has a sense of humour.
I expect a photograph and a full account.
See you at the bandstand after. First brew's on me.
My accountant says that this is the most sensible thing on my statement.
Took me three goes to read it to the end without needing a tissue.
For the marathon that I once told everybody I would finish.
Legend.
🏃💨 (imagine it the other way round)
Good luck. You were the only one who came to see me in hospital twice.
Some now, some more if I don't recognise you from the front.
To the best neighbour a person could have. Your parcel's here, by the way.
Whatever the time is, I'd like it framed.
Rain or shine, love from the Fridays.
Run like the bailiffs are in front of you.
You can tell that you wrote this yourself. It sounds like you talking. I miss you.
Steady as she goes, which is astern.
""".strip().splitlines()
)

# Fit only for what that charity does.
MESSAGES_ABOUT: dict[str, tuple[str, ...]] = {
    "second-kettle": tuple(
        """\
Loneliness is a terror. Thank you for picking this one.
They matched my dad with a man who hates the same newspapers. He shaves on Thursdays now.
My visitor is called Pauline and she cheats at dominoes. Worth every penny.
I've put the kettle on. The second one, obviously.
I used to be on the other end of that telephone. Keep it ringing.
For the lady upstairs, whom I ought to have knocked for sooner.
I visit somebody on Wednesdays. I thought that I was doing him a favour. Ha.
I have been the person at the window. Thank you for waving.
Two cups, always.
For Grandad's last year, which was a good one, because of Mondays.
""".strip().splitlines()
    ),
    "lanternfold": tuple(
        """\
Somebody sat with my brother. I never knew how to say thank you, so perhaps like this.
They came for nine nights. I slept for seven of them. I'll never forget it.
To be spent on whoever is awake at four in the morning.
With thanks from a night-shift worker who knows.
Nobody should be by themselves at the end. Thank you.
Our sitter did the crossword with Mum. Mum had not known a clue for a year, and she got one.
For Ted, and for whoever it was who held his hand at the end and folded his blanket after.
The lamp in the hall. That's all I can say. Thank you.
They were so kind to us, and then they quietly washed up.
My husband went in the night and he was not alone. This is for that.
""".strip().splitlines()
    ),
}
