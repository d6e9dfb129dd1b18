"""Pictures: any honest photo becomes three squares of our own making; anything else is refused before it costs much."""

import asyncio

import pytest
from PIL import Image, ImageCms

from fundraising.funds.models import Picture
from fundraising.funds.pictures import NotAPicture, add_picture
from tests.conftest import Site
from tests.fundraising.funds.taking import LEFT, RIGHT, like, photo, png_of, seen


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("WEBP", "RGB")]
)
async def test_every_usual_kind_becomes_three_squares(kind: str, mode: str) -> None:
    """In WebP, the middle of the picture, each size smaller than the one before."""
    kept = await add_picture(photo(kind, mode=mode), "Two colours")
    assert (kept.width, kept.description) == (600, "Two colours")
    for body, side in ((kept.large, 600), (kept.medium, 320), (kept.small, 160)):
        picture = seen(body)
        assert (picture.format, picture.size) == ("WEBP", (side, side))
        if mode != "L":
            assert like(picture.convert("RGB").getpixel((side // 4, side // 2)), LEFT)
            assert like(picture.convert("RGB").getpixel((side * 3 // 4, side // 2)), RIGHT)
    assert len(kept.small) < len(kept.medium) < len(kept.large)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("size", "side"), [((3000, 2000), 640), ((640, 9000), 640), ((200, 100), 100), ((1, 1), 1)])
async def test_the_large_size_is_never_larger_than_what_was_given(size: tuple[int, int], side: int) -> None:
    """Nor larger than a page shows it."""
    kept = await add_picture(photo("PNG", size), "")
    assert kept.width == side
    assert seen(kept.large).size == (side, side)


@pytest.mark.usefixtures("database")
async def test_a_photo_taken_sideways_stands_upright_and_says_nothing_of_its_place() -> None:
    """Turned as its camera says; then camera, place, comments and colour profile are left out."""
    told = Image.Exif()
    told[0x0112] = 6  # to be turned clockwise: what is left in the file is at the top
    told[0x010F] = "Camera of Ada"
    told.get_ifd(0x8825)[2] = (53.0, 31.0, 12.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = photo(exif=told, comment=b"Ada at home", icc_profile=profile)
    kept = await add_picture(given, "")
    for body in (kept.large, kept.medium, kept.small):
        picture = seen(body)
        side = picture.width
        assert like(picture.getpixel((side // 2, side // 4)), LEFT)
        assert like(picture.getpixel((side // 2, side * 3 // 4)), RIGHT)
        assert dict(picture.getexif()) == {}
        assert not {"exif", "icc_profile", "xmp", "comment"} & picture.info.keys()
        assert b"Ada" not in body


@pytest.mark.usefixtures("database")
async def test_the_same_file_given_again_is_kept_once() -> None:
    """And known by its content, not by what it is called."""
    first = await add_picture(photo(), "As it was first described")
    again = await add_picture(photo(), "Another word for it")
    other = await add_picture(photo(size=(900, 601)), "")
    assert again.id == first.id != other.id
    assert again.description == "As it was first described"
    assert await Picture.all().count() == 2


UNREADABLE = {
    "nothing": b"",
    "a text": b"Not a picture at all. " * 50,
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a kind that is not taken": photo("GIF", mode="P"),
    "another that is not taken": photo("BMP"),
    "half of a JPEG": photo()[:1500],
    "half of a PNG": photo("PNG")[:300],
    "half of a WebP": photo("WEBP")[:200],
    "the name of a JPEG alone": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "the name of a PNG, then nonsense": b"\x89PNG\r\n\x1a\n" + b"\x07" * 400,
    "no pixels": png_of(0, 0),
}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("given", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_cannot_be_read_is_refused_in_a_sentence_and_nothing_is_kept(given: bytes) -> None:
    """Truncated, mislabelled, or of a kind that a browser would run."""
    with pytest.raises(NotAPicture, match="is not a picture that we can read") as refused:
        await add_picture(given, "")
    assert refused.value.status == 422
    assert await Picture.all().count() == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("size", [(10_000, 5_001), (50_000_001, 1), (200_000, 200_000)])
async def test_a_picture_that_would_fill_the_memory_is_refused_before_a_pixel_is_read(size: tuple[int, int]) -> None:
    """Its file is a hundred bytes; none of its pixels would be there."""
    given = png_of(*size)
    assert len(given) < 100
    with pytest.raises(NotAPicture):
        await add_picture(given, "")


@pytest.mark.usefixtures("database")
async def test_the_bound_is_fifty_megapixels_and_is_said() -> None:
    """One row more is too many; at the bound it is its pixels that are missing."""
    with pytest.raises(NotAPicture, match="more than 50 megapixels"):
        await add_picture(png_of(10_000, 5_001), "")
    with pytest.raises(NotAPicture, match="is not a picture"):
        await add_picture(png_of(10_000, 5_000), "")


async def test_each_size_is_served_for_ever(site: Site) -> None:
    """Its address is its content: whoever has it need not ask again."""
    kept = await add_picture(photo(), "")
    for size in ("large", "medium", "small"):
        answer = await site.browser.get(f"/pictures/{kept.id}/{size}.webp")
        assert (answer.status_code, answer.content) == (200, getattr(kept, size))
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    head = await site.browser.head(f"/pictures/{kept.id}/small.webp")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(kept.small)


async def test_what_is_not_there_is_not_found(site: Site) -> None:
    """Unknown names, sizes that would be columns, odd addresses; none is kept by anybody."""
    kept = await add_picture(photo(), "")
    for path in (
        f"/pictures/{'0' * 32}/small.webp",
        f"/pictures/{kept.id.upper()}x/small.webp",
        f"/pictures/{kept.id}/huge.webp",
        f"/pictures/{kept.id}/id.webp",
        f"/pictures/{kept.id}/description.webp",
        f"/pictures/{kept.id}/small%20from%20picture--.webp",
        f"/pictures/{kept.id}/small.png",
        f"/pictures/{'x' * 5000}/small.webp",
        "/pictures/%D9%84/small.webp",
        f"/pictures/{kept.id}",
        f"/pictures/{kept.id}%00/small.webp",  # last: the database refuses it, and with it the transaction of the test
    ):
        answer = await site.browser.get(path)
        assert answer.status_code == 404, path[:80]
        assert "immutable" not in answer.headers.get("cache-control", "")


async def test_the_same_file_given_by_several_at_once_is_kept_once(own_database: str) -> None:
    """Nobody is refused for being second."""
    given = photo()
    made = await asyncio.gather(*(add_picture(given, "Ada") for _ in range(4)))
    assert len({picture.id for picture in made}) == 1
    assert await Picture.all().count() == 1
