"""The example's teams."""

from __future__ import annotations

from fundraising.example.shapes import ExampleTeam
from fundraising.example.words import TEAM_CHALLENGE

TEAMS: tuple[ExampleTeam, ...] = (
    ExampleTeam(
        slug="reverse-charge",
        name="Reverse Charge",
        motto="Brought forward, carried back",
        summary="Six people from accounts, running away from month end while keeping an eye on it.",
        about=(
            "Third floor, next to the good printer. Between us we close the books twelve times a year, and each time "
            "somebody says that it feels like running backwards. Priya wrote that down. The coffee fund has been moved "
            "into training socks, properly minuted."
        ),
        colour=1,
        target_pounds=2_500,
        charity="second-kettle",
        race=TEAM_CHALLENGE,
        captain="priya-venkataraman",
        members=(
            "priya-venkataraman",
            "gethin-prydderch",
            "agnieszka-wroblewska",
            "marcus-oyelaran-finch",
            "siobhan-ni-dhuibhir",
            "tariq-mahmood-ellis",
        ),
    ),
    ExampleTeam(
        slug="backs-to-the-ward",
        name="Backs to the Ward",
        motto="Three soft steps to the door",
        summary="Nurses who have left quiet rooms backwards for years, and would now like a medal for it.",
        about=(
            "We are off shift on race day because Blessing asked, and nobody says no to Blessing. Half of us will have "
            "come straight from nights. If a team goes past humming and holding one another's sleeves, that is us, and "
            "yes, we have all had breakfast."
        ),
        colour=5,
        target_pounds=3_500,
        charity="lanternfold",
        race=TEAM_CHALLENGE,
        captain="blessing-owusu-antwi",
        members=(
            "blessing-owusu-antwi",
            "maeve-tierney-lunt",
            "luzviminda-dacanay",
            "shabnam-akhtar-riley",
            "colm-hanrahan-boyle",
            "eilidh-strang",
        ),
    ),
    ExampleTeam(
        slug="little-harpwood-brass",
        name="Little Harpwood Brass",
        motto="Once more, from the end",
        summary="Seven players, a hundred and ninety years of banding, and no instruments on the day.",
        about=(
            "The band has marched behind banners since 1889 and always forwards, if not always together. Doreen will "
            "conduct on the move, which means that she alone will be able to see where we are going and we shall be "
            "able to see Doreen. Rehearsal as usual on Tuesday."
        ),
        colour=3,
        target_pounds=3_000,
        charity="second-kettle",
        race=TEAM_CHALLENGE,
        captain="doreen-clegghorn",
        members=(
            "doreen-clegghorn",
            "wilf-ormesher",
            "harpreet-sandhal",
            "mateusz-zolkiewicz",
            "persephone-featherstonehaugh-cholmondeley",
            "kwabena-asamoah-tetteh",
            "nerys-llewelyn-grange",
        ),
    ),
    ExampleTeam(
        slug="tail-end-harriers",
        name="Tail End Harriers",
        motto="The last shall be timed",
        summary="A running club that took a vote on trying something new and has regretted it evenly.",
        about=(
            "Five of the sixty-one members of a perfectly serious club. The committee has asked us not to wear the "
            "vest, so we have had these made. Sessions are on Wednesdays at seven by the boathouse: follow the sound "
            "of Bernard saying left, his left."
        ),
        colour=6,
        target_pounds=2_500,
        charity="lanternfold",
        race=TEAM_CHALLENGE,
        captain="bernard-tattersfield",
        members=(
            "bernard-tattersfield",
            "imogen-quickfall",
            "farid-benhaddou",
            "zofia-brzeczkowska",
            "delroy-pennington-blake",
        ),
    ),
    ExampleTeam(
        slug="the-resits",
        name="The Resits",
        motto="We have been here before",
        summary="Four students, one frying pan, and a second attempt at being good at something.",
        about=(
            "We share a house in Fallowfield with a moth. None of us has ever won anything except Emeka, who won a "
            "ham. We train on the landing when it rains, one at a time, with cushions."
        ),
        colour=4,
        target_pounds=900,
        charity="second-kettle",
        race=TEAM_CHALLENGE,
        captain="aoife-brannigan-roe",
        members=("aoife-brannigan-roe", "chen-meiling", "emeka-nwachukwu-bright", "bo"),
    ),
    ExampleTeam(
        slug="olorunfemi-thistlewood",
        name="The Olorunfemi-Thistlewoods",
        motto="Mind your grandmother",
        summary="Three generations, five pairs of shoes, two people in charge.",
        about=(
            "A family team from Blackley: one retired tram driver, one pillar of the choir, one postman, one daughter "
            "who rows and one mother with a clipboard. We have agreed that whoever is last home gets the front seat, "
            "which has made the pacing very tactical."
        ),
        colour=9,
        target_pounds=2_200,
        charity="lanternfold",
        race=TEAM_CHALLENGE,
        captain="ruth-olorunfemi-thistlewood",
        members=(
            "ruth-olorunfemi-thistlewood",
            "norman-thistlewood",
            "folasade-olorunfemi",
            "tunde-olorunfemi-thistlewood",
            "ayo-olorunfemi-thistlewood",
        ),
    ),
)
