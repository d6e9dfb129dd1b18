"""Photos from strangers: every phone's become ours; files that lie are refused before they cost much."""

import asyncio
import random
import struct
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from fundraising.errors import Busy
from fundraising.funds import pictures
from fundraising.funds.models import Fund, FundKind, Picture, Shape
from fundraising.funds.photos import Focus, NotAPicture, develop, kind_of
from fundraising.funds.pictures import describe, forget_picture, take_in
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.funds.taking import LEFT, RIGHT, like, photo, png_of, seen
from tests.makers import make_fund

SQUARE, WIDE, MIDDLE = Shape.SQUARE, Shape.WIDE, Focus.MIDDLE


def heic(size: tuple[int, int] = (900, 600), **given: object) -> bytes:
    """A photo as an iPhone keeps it."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    return photo("HEIF", size, **given)


def of(picture: Image.Image, kind: str, **given: object) -> bytes:
    """A file of a picture."""
    out = BytesIO()
    picture.save(out, kind, **given)
    return out.getvalue()


@pytest.mark.usefixtures("database")
async def test_a_photo_is_kept_in_both_formats_and_all_sizes() -> None:
    """A square in three sizes, the larger two in AVIF as well; its description stands beside it."""
    kept = await Picture.get(id=await take_in(photo(size=(1500, 1000)), SQUARE, MIDDLE, "Two colours"))
    assert (kept.shape, kept.width, kept.height, kept.description) == (SQUARE, 640, 640, "Two colours")
    for body, kind, side in (
        (kept.large, "WEBP", 640), (kept.medium, "WEBP", 320), (kept.small, "WEBP", 160),
        (kept.large_avif, "AVIF", 640), (kept.medium_avif, "AVIF", 320),
    ):  # fmt: skip
        assert body is not None
        picture = seen(body)
        assert (picture.format, picture.size) == (kind, (side, side))
        assert like(picture.convert("RGB").getpixel((side // 4, side // 2)), LEFT)
        assert like(picture.convert("RGB").getpixel((side * 3 // 4, side // 2)), RIGHT)


def test_the_part_that_matters_stays() -> None:
    """The left, the middle or the right of a wide photo; the top, the middle or the bottom of a tall one."""
    wide = photo(size=(1200, 400))
    tall = photo(size=(1200, 400), exif=_turned(6))
    for given in (wide, tall):
        first, last = (seen(develop(given, SQUARE, focus).large) for focus in (Focus.FIRST, Focus.LAST))
        assert like(first.getpixel((200, 200)), LEFT)
        assert like(last.getpixel((200, 200)), RIGHT)


@pytest.mark.parametrize("size", [(1200, 200), (200, 1200), (300, 60), (500, 500), (9000, 120)])
def test_a_logo_is_shown_whole_on_a_plain_ground(size: tuple[int, int]) -> None:
    """However long: in the colour of its corners when they have one, else on white; never as large as its longer side."""
    two = seen(develop(photo(size=size), SQUARE, Focus.WHOLE).large)
    assert two.width == two.height <= 640
    assert (
        like(two.getpixel((8, two.height // 2)), LEFT),
        like(two.getpixel((two.width - 9, two.height // 2)), RIGHT),
    ) == ((True, True) if size[0] >= size[1] else (False, False))
    if size[0] != size[1]:
        ground = (two.width // 2, 4) if size[0] > size[1] else (4, two.height // 2)
        assert like(two.getpixel(ground), (255, 255, 255))
        one = Image.new("RGB", size, (20, 120, 60))
        one.paste((240, 240, 0), (size[0] // 3, size[1] // 3, size[0] // 2, size[1] // 2))
        out = BytesIO()
        one.save(out, "PNG")
        assert like(seen(develop(out.getvalue(), SQUARE, Focus.WHOLE).large).getpixel(ground), (20, 120, 60))


@pytest.mark.parametrize(
    ("size", "large"), [((2000, 1000), (1280, 640)), ((1000, 2000), (640, 1280)), ((900, 600), (900, 600)), ((4000, 400), (1200, 400))]
)  # fmt: skip
def test_a_picture_of_news_is_shown_as_it_was_taken(size: tuple[int, int], large: tuple[int, int]) -> None:
    """But for one that is longer than anybody would look at; and never larger than it was."""
    made = develop(photo(size=size), WIDE)
    assert (made.width, made.height) == seen(made.large).size == large
    assert max(seen(made.medium).size) <= 640
    assert max(seen(made.small).size) <= 320


def _turned(how: int) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = how
    told[0x010F] = "Camera of Ada"
    told.get_ifd(0x8825)[2] = (53.0, 31.0, 12.0)
    return told


@pytest.mark.parametrize("how", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_way_of_holding_a_camera_stands_upright_and_is_forgotten(kind: str, how: int) -> None:
    """As Pillow itself would turn it; then neither camera nor place is in any of the files."""
    given = photo(kind, (640, 640), exif=_turned(how))
    made = develop(given, SQUARE)
    assert made.large_avif is not None
    with Image.open(BytesIO(given)) as raw:
        plain = raw.convert("RGB")
    upright = {3: plain.rotate(180), 6: plain.rotate(-90), 8: plain.rotate(90)}
    at = {1: (80, 320), 2: (560, 320), 3: (560, 320), 4: (80, 320), 5: (320, 80), 6: (320, 80), 7: (320, 560), 8: (320, 560)}  # fmt: skip
    for body in (made.large, made.large_avif):
        picture = seen(body).convert("RGB")
        assert like(picture.getpixel(at[how]), LEFT)
        if how in upright:
            assert like(upright[how].getpixel(at[how]), LEFT)
    for body in (made.large, made.medium, made.small, made.large_avif, made.medium_avif):
        assert body is not None
        assert dict(seen(body).getexif()) == {}
        assert b"Ada" not in body


def test_the_heic_of_an_iphone_stands_upright_too() -> None:
    """Its own turning is done by its reader, and not a second time by what EXIF says."""
    given = heic((900, 600), exif=_turned(6).tobytes())
    picture = seen(develop(given, WIDE).large)
    assert picture.size == (600, 900)
    assert like(picture.getpixel((300, 100)), LEFT)
    assert like(picture.getpixel((300, 800)), RIGHT)


def test_odd_depths_and_inks_look_as_they_should() -> None:
    """Sixteen bits of grey, the four inks with a profile, transparent pixels, a palette, an animation's first picture."""
    grey = Image.new("I;16", (300, 300), 32768)
    assert like(seen(develop(of(grey, "PNG"), SQUARE).large).getpixel((150, 150)), (128, 128, 128))
    inks = Image.new("CMYK", (300, 300), (0, 255, 255, 0))
    red = seen(develop(of(inks, "JPEG", quality=95), SQUARE).large).getpixel((150, 150))
    assert like(red, (255, 0, 0))
    clear = Image.new("RGBA", (300, 300), (10, 10, 10, 0))
    assert like(seen(develop(of(clear, "PNG"), SQUARE).large).getpixel((150, 150)), (255, 255, 255))
    palette = Image.new("P", (300, 300), 0)
    palette.putpalette([200, 30, 30] + [0] * 765)
    assert like(seen(develop(of(palette, "PNG"), SQUARE).large).getpixel((150, 150)), LEFT)
    frames = [Image.new("RGB", (300, 300), colour) for colour in (LEFT, RIGHT)]
    for kind in ("PNG", "WEBP"):
        moving = of(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        still = seen(develop(moving, SQUARE).large)
        assert like(still.getpixel((150, 150)), LEFT)
        assert not getattr(still, "is_animated", False)


def test_colours_of_another_space_become_those_of_screens() -> None:
    """A profile counts; one that is nonsense does no harm; neither goes on."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (swapped, screen, b"nonsense", b"x" * 200):
        picture = seen(develop(photo(icc_profile=profile), SQUARE).large)
        assert "icc_profile" not in picture.info
        if profile is not swapped:
            assert like(picture.getpixel((100, 300)), LEFT)


def test_what_hides_behind_a_picture_does_not_go_on() -> None:
    """A page, a program, an archive after its end; and whatever it is called, a file is what its bytes say."""
    for hidden in (b"<script>alert(1)</script>", b"MZ\x90\x00", b"PK\x03\x04"):
        for kind in ("JPEG", "PNG"):
            made = develop(photo(kind) + hidden * 20, SQUARE)
            assert all(hidden not in body for body in (made.large, made.medium, made.small))
    assert [kind_of(one) for one in (photo("JPEG"), photo("PNG"), photo("WEBP"), heic())] == [
        "JPEG",
        "PNG",
        "WEBP",
        "HEIF",
    ]


def _lying_heic() -> bytes:
    """Says that it has 200 by 200 pixels, and has nine times as many."""
    given = heic((600, 600))
    at = given.index(b"ispe") + 8
    return given[:at] + struct.pack(">II", 200, 200) + given[at + 8 :]


def _webp_of(width: int, height: int) -> bytes:
    """The beginning of a WebP that says how large it is."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + size + photo("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


HOSTILE = {
    "nothing": (b"", "is not a picture"),
    "half of a HEIC": (heic()[:300], "is not a picture"),
    "a HEIC that lies about its size": (_lying_heic(), "is not a picture"),
    "an AVIF": (of(Image.new("RGB", (300, 300)), "AVIF"), "is not a picture"),
    "a GIF": (photo("GIF", mode="P"), "is not a picture"),
    "a TIFF": (photo("TIFF"), "is not a picture"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is not a picture"),
    "a thousand scans": (photo(progressive=True) + b"\xff\xda" * 1000, "is not a picture"),
    "a WebP of a quarter of a gigapixel": (_webp_of(16_000, 16_000), "50 megapixels"),
    "a PNG of forty gigapixels": (png_of(200_000, 200_000), "50 megapixels"),
    "a PNG one row too large": (png_of(10_000, 5_001), "50 megapixels"),
    "an icon": (photo(size=(159, 900)), "very small"),
}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("given", "said"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_file_that_lies_is_refused_in_a_sentence_and_nothing_is_kept(given: bytes, said: str) -> None:
    """Whatever it is called."""
    with pytest.raises(NotAPicture, match=said):
        await take_in(given, SQUARE, MIDDLE, "")
    assert await Picture.all().count() == 0


@pytest.mark.filterwarnings("ignore::UserWarning")  # what a reader says of odd EXIF
def test_no_broken_file_does_more_than_be_refused() -> None:
    """Two hundred photos with bytes changed, left out or put in: a picture or a sentence comes of it, never an error."""
    chance = random.Random(7)
    told = {"exif": _turned(6), "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    whole = [photo(kind, (40, 30), **told) for kind in ("JPEG", "PNG", "WEBP")] + [heic((64, 64))]
    for _ in range(200):
        given = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 2, 5))):
            at = chance.randrange(min(len(given), 600))
            if chance.random() < 0.6:
                given[at] = chance.randrange(256)
            else:
                del given[at : at + chance.randrange(1, 20)]
        try:
            develop(bytes(given), SQUARE, least=1, avif=False)
        except NotAPicture:
            continue


@pytest.mark.usefixtures("database")
async def test_the_same_photo_with_other_words_or_another_cut_is_another_picture() -> None:
    """Else somebody's words would stand below the photo of somebody else; the same once more is kept once."""
    given = photo(size=(400, 300))
    first = await take_in(given, SQUARE, MIDDLE, "Ada in the park")
    assert await take_in(given, SQUARE, MIDDLE, "Ada in the park") == first
    others = {
        await take_in(given, SQUARE, MIDDLE, "Ada"),
        await take_in(given, SQUARE, Focus.FIRST, "Ada in the park"),
        await take_in(given, WIDE, MIDDLE, "Ada in the park"),
    }
    assert len(others | {first}) == await Picture.all().count() == 4


@pytest.mark.usefixtures("database")
async def test_words_are_changed_without_sending_the_photo_again() -> None:
    """And what nobody shows any more is deleted; what somebody does is not."""
    first = await take_in(photo(size=(400, 300)), SQUARE, MIDDLE, "Ada")
    fund = await make_fund(FundKind.RUNNER, picture_id=first)
    async with transaction() as writing:
        await forget_picture(writing, first)
        second = await describe(writing, first, "Ada, from behind")
    assert await Picture.all().count() == 2
    assert bytes((await Picture.get(id=second)).large) == bytes((await Picture.get(id=first)).large)
    await Fund.filter(id=fund.id).update(picture_id=second)
    async with transaction() as writing:
        for one in (first, second, None):
            await forget_picture(writing, one)
    assert [(one.id, one.description) for one in await Picture.all()] == [(second, "Ada, from behind")]


@pytest.mark.usefixtures("database")
async def test_a_crowd_of_photos_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many wait; who comes then is asked to come again, and finds room once they are through."""
    monkeypatch.setattr(pictures, "MOST_WAITING", 2)
    given = photo(size=(200, 200))
    sent = [asyncio.create_task(take_in(given, SQUARE, MIDDLE, str(n))) for n in range(4)]
    done = await asyncio.gather(*sent, return_exceptions=True)
    assert [type(one) for one in done] == [str, str, Busy, Busy]
    assert await take_in(given, SQUARE, MIDDLE, "3")


async def test_both_formats_are_served(site: Site) -> None:
    """Each by its own address; a size that is not kept is not found."""
    kept = await Picture.get(id=await take_in(photo(), SQUARE, MIDDLE, ""))
    for address, body in (
        ("large.avif", kept.large_avif),
        ("medium.avif", kept.medium_avif),
        ("small.webp", kept.small),
    ):
        answer = await site.browser.get(f"/pictures/{kept.id}/{address}")
        assert (answer.status_code, answer.content) == (200, body)
        assert answer.headers["content-type"] == f"image/{address.partition('.')[2]}"
    for address in ("small.avif", "large_avif.webp", "large.jpeg"):
        assert (await site.browser.get(f"/pictures/{kept.id}/{address}")).status_code == 404
