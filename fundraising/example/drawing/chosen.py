"""How the runners of the example look; a drawing should fit the name and the story beside it."""

from __future__ import annotations

from fundraising.example.drawing.looks import Look

CHOSEN: dict[str, Look] = {
    # Reverse Charge
    "priya-venkataraman": Look(
        4, "wavy", "black", glasses="round", smile="grin", lashes=True, earrings=True, shirt="hoop", number=20
    ),
    "gethin-prydderch": Look(
        0, "swept", "ginger", "front", beard="full", face=1.06, wave=True, shirt="hoop", weather="morning", number=64
    ),
    "agnieszka-wroblewska": Look(
        1, "bob", "blond", "front", smile="grin", lashes=True, shirt="hoop", weather="autumn", number=89
    ),
    "marcus-oyelaran-finch": Look(
        5, "crop", "black", beard="stubble", smile="laugh", left=True, shirt="hoop", weather="mist", number=155
    ),
    "siobhan-ni-dhuibhir": Look(
        0, "long", "auburn", freckles=True, lashes=True, left=True, shirt="hoop", weather="dusk", number=12
    ),
    "tariq-mahmood-ellis": Look(
        3, "short", "black", "front", beard="full", glasses="round", shirt="hoop", weather="blossom", number=101
    ),
    # Backs to the Ward
    "blessing-owusu-antwi": Look(
        6, "bun", "black", smile="laugh", lashes=True, earrings=True, cloth=3, weather="dusk", number=7
    ),
    "maeve-tierney-lunt": Look(
        1, "bob", "grey", "front", smile="grin", lines=True, lashes=True, weather="clear", number=42
    ),
    "luzviminda-dacanay": Look(
        3, "ponytail", "black", smile="laugh", lashes=True, left=True, weather="blossom", number=198
    ),
    "shabnam-akhtar-riley": Look(
        3, "hijab", "black", "front", smile="grin", lashes=True, cloth=4, wave=True, weather="morning", number=91
    ),
    "colm-hanrahan-boyle": Look(1, "cap", "brown", "back", cloth=0, weather="mist", number=86),
    "eilidh-strang": Look(0, "wavy", "ginger", freckles=True, lashes=True, weather="autumn", number=142),
    # Little Harpwood Brass
    "doreen-clegghorn": Look(
        1, "curls", "white", "front", glasses="round", smile="grin", lines=True, earrings=True, shirt="sides",
        weather="dusk", number=31,
    ),
    "wilf-ormesher": Look(
        1, "balding", "white", beard="moustache", lines=True, shirt="sides", weather="clear", number=82
    ),
    "harpreet-sandhal": Look(
        4, "turban", "black", beard="full", smile="grin", left=True, cloth=1, shirt="sides", weather="mist", number=108
    ),
    "mateusz-zolkiewicz": Look(
        1, "headband", "blond", "front", beard="full", smile="laugh", cloth=0, shirt="sides", weather="morning",
        number=117,
    ),
    "persephone-featherstonehaugh-cholmondeley": Look(
        0, "long", "dark brown", lashes=True, earrings=True, face=1.05, shirt="sides", weather="blossom", number=234
    ),
    "kwabena-asamoah-tetteh": Look(
        7, "locs", "black", smile="grin", left=True, shirt="sides", weather="autumn", number=160
    ),
    "nerys-llewelyn-grange": Look(1, "ponytail", "auburn", "back", cloth=2, shirt="sides", weather="clear", number=55),
    # Tail End Harriers
    "bernard-tattersfield": Look(
        1, "headband", "grey", lines=True, left=True, cloth=0, shirt="sash", weather="autumn", number=68
    ),
    "imogen-quickfall": Look(
        1, "ponytail", "blond", "front", smile="laugh", freckles=True, lashes=True, wave=True, shirt="sash",
        weather="clear", number=4,
    ),
    "farid-benhaddou": Look(
        3, "curls", "black", beard="stubble", glasses="round", shirt="sash", weather="morning", number=73
    ),
    "zofia-brzeczkowska": Look(
        0, "bun", "blond", "front", glasses="round", lashes=True, shirt="sash", weather="mist", number=226
    ),
    "delroy-pennington-blake": Look(
        6, "bald", "black", beard="full", smile="grin", left=True, shirt="sash", weather="dusk", number=30
    ),
    # The Resits
    "aoife-brannigan-roe": Look(
        0, "curls", "ginger", "front", smile="laugh", freckles=True, lashes=True, weather="blossom", number=50
    ),
    "chen-meiling": Look(1, "bob", "black", glasses="round", lashes=True, face=0.97, weather="morning", number=168),
    "emeka-nwachukwu-bright": Look(7, "afro", "black", "front", smile="grin", wave=True, weather="clear", number=150),
    "bo": Look(2, "short", "pink", "back", left=True, weather="dusk", number=1),
    # The Olorunfemi-Thistlewoods
    "ruth-olorunfemi-thistlewood": Look(
        1, "bob", "brown", smile="grin", lashes=True, left=True, shirt="hoop", weather="autumn", number=15
    ),
    "norman-thistlewood": Look(
        0, "cap", "white", "front", lines=True, cloth=7, beard="moustache", shirt="hoop", weather="clear", number=74
    ),
    "folasade-olorunfemi": Look(
        6, "headwrap", "grey", smile="grin", lines=True, lashes=True, earrings=True, cloth=6, shirt="hoop",
        weather="morning", number=70,
    ),
    "tunde-olorunfemi-thistlewood": Look(
        6, "short", "black", "front", beard="stubble", shirt="hoop", weather="mist", number=11
    ),
    "ayo-olorunfemi-thistlewood": Look(
        4, "braids", "black", smile="laugh", lashes=True, left=True, cloth=3, shirt="hoop", weather="blossom", number=19
    ),
    # Alone
    "rukhsana-jamil-cropper": Look(4, "hijab", "black", smile="grin", lashes=True, cloth=3, weather="clear", number=2),
    "layla-alhaddad": Look(
        2, "wavy", "black", "front", lashes=True, earrings=True, shirt="sash", weather="dusk", number=38
    ),
    "wajid-karr": Look(
        4, "short", "black", beard="stubble", glasses="dark", smile="grin", left=True, shirt="sides", weather="morning",
        number=26,
    ),
    "ottoline-birdsall": Look(
        1, "bun", "auburn", glasses="round", freckles=True, lashes=True, left=True, weather="mist", number=249
    ),
    "soren-applegarth": Look(
        0, "curls", "blond", "front", beard="full", smile="laugh", wave=True, shirt="hoop", weather="blossom", number=23
    ),
    "anh-barlow-tran": Look(2, "long", "black", smile="grin", lashes=True, face=0.96, weather="autumn", number=34),
    "kit-ravenscroft-osei": Look(4, "swept", "pink", left=True, earrings=True, weather="mist", number=5),
}  # fmt: skip
