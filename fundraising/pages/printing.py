"""Papers with a page's QR code: poster, sponsor form, and the badge for the end of a mail; set by Typst.

Facts go to the typesetter as JSON and are never read as markup. It works in a thread without holding up the others, one
paper at a time, and no longer than anybody waits; what it has made is kept by a hash of all that is to be seen.
"""

import asyncio
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import blake2b
from io import BytesIO
from typing import Literal, cast

import orjson

from fundraising.errors import Unavailable
from fundraising.pages import faces
from fundraising.store.database import connection
from fundraising.web.static import folder
from fundraising.web.workshop import Workshop

EDITION = 1  # grows when a template changes, so that nobody keeps the old paper
MOST_KEPT = 48  # some 60 KB each
MOST_SECONDS = 15.0
BADGE_PPI = 192  # twice the size at which it is shown
ROOM = "fundraising/pages/print"
PICTURE = "select large from picture where id = $1"
NOW_AND_EVER = datetime(2026, 1, 1, tzinfo=UTC)  # the same facts make the same bytes
Form = Literal["pdf", "png", "svg"]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is to be seen on a paper.

    Args:
        template: of the folder `print`, without its ending.
        facts: as JSON.
        address: in its QR code.
        picture_id: of the fund's picture, when it is shown.
    """

    template: str
    facts: bytes
    address: str
    picture_id: str | None = None
    form: Form = "pdf"

    @property
    def tag(self) -> str:
        """Told apart from any other by what is to be seen."""
        return f'"{blake2b(repr((EDITION, astuple(self))).encode(), digest_size=9).hexdigest()}"'


class Press:
    """The papers of one process."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._workshop: Workshop[Paper] = Workshop(most)

    async def get(self, paper: Paper) -> bytes:
        """A paper, printed once, however many ask for it at the same time.

        Raises:
            Unavailable: when it takes too long.
        """
        try:
            return await asyncio.wait_for(self._workshop.get(paper, partial(_make, paper)), MOST_SECONDS)
        except TimeoutError:
            raise Unavailable from None


async def _make(paper: Paper) -> bytes:
    picture = None
    if paper.picture_id:
        async with connection() as reading:
            picture = await reading.fetchval(PICTURE, paper.picture_id)
    return await asyncio.to_thread(press, paper, picture)


def press(paper: Paper, picture: bytes | None = None) -> bytes:
    """Set a paper.

    Args:
        picture: of the fund, as `funds.pictures` keeps it.
    """
    import typst  # late: most processes never print

    # Files are taken as text only: a photo goes along as numbers.
    facts = orjson.loads(paper.facts) | {"faces": faces.families(), "picture": list(picture) if picture else None}
    files = _templates(paper.template) | {"qr.svg": qr_svg(paper.address)}
    made = typst.compile(  # type: ignore[call-overload]  # its types do not tell of several files, its documents do
        files,
        font_paths=faces.fonts(),
        sys_inputs={"facts": orjson.dumps(facts).decode()},
        format=paper.form,
        ppi=BADGE_PPI,
        timestamp=NOW_AND_EVER,
    )
    return cast("bytes", made)


@lru_cache(maxsize=8)
def _files(template: str) -> tuple[tuple[str, bytes], ...]:
    room = folder("templates") / ROOM
    named = {"main.typ": f"{template}.typ", "house.typ": "house.typ", "runner.svg": "runner.svg"}
    return tuple((name, (room / file).read_bytes()) for name, file in named.items())


def _templates(template: str) -> dict[str, bytes]:
    return dict(_files(template))


def qr_svg(address: str) -> bytes:
    """The QR code of an address as a picture that stays sharp at any size."""
    import segno  # late: who starts the site need not wait for it

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=8, light="#fff", xmldecl=False)
    return out.getvalue()


def qr_png(address: str) -> bytes:
    """The same for programs that know no SVG: some 1000 pixels a side."""
    import segno

    out, code = BytesIO(), segno.make(address, error="m", micro=False)
    code.save(out, kind="png", scale=max(1000 // code.symbol_size()[0], 1), light="#fff")
    return out.getvalue()
