"""What a runner may type about a page."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from fundraising.funds.photos import Focus
from fundraising.funds.renaming import must_be_a_slug
from fundraising.funds.slugs import is_plain
from fundraising.pages.models import Seen
from fundraising.web.amounts import pence_of_target
from fundraising.web.forms import Form, OneLine, Tick

TITLE, LINE, STORY, VIDEO, DEDICATION, SHOWN = 80, 140, 4000, 300, 80, 200  # characters at the most
SENTENCES = {
    "seen_by": "Please choose who may see the page.",
    "slug": "Please choose an address for the page.",
    "focus": "Please choose which part of the photo stays.",
}
MIXED = "Letters of several alphabets in one word look like something that they are not. Please use one."
HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def _is_plain(value: str) -> str:
    if not is_plain(value):
        raise ValueError(MIXED)
    return value


def _lines(typed: object) -> str:
    return "\n".join(str(typed or "").splitlines())


def video_address(typed: object) -> str:
    """An address of a video as people paste it; nothing at all is no video.

    Raises:
        ValueError: unless it is a web address of a host with a name, and nobody's password is in it.
    """
    text = str(typed or "").strip()
    if not text:
        return ""
    if "://" not in text:
        text = f"https://{text}"
    odd = "Please paste the whole address of the video, such as https://www.youtube.com/watch?v=…"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        raise ValueError(odd) from None
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or "@" in parts.netloc or port is not None:
        raise ValueError(odd)
    if re.search(r"[\s<>\"\\]", text):
        raise ValueError(odd)
    return parts._replace(scheme=parts.scheme, netloc=host).geturl()


class PageForm(Form):
    """Everything that its runner says of a page, but for the photo."""

    title: Annotated[str, OneLine, AfterValidator(_is_plain), Field(max_length=TITLE)] = ""
    summary: Annotated[str, OneLine, Field(max_length=LINE)] = ""
    story: Annotated[str, BeforeValidator(_lines), Field(max_length=STORY)] = ""
    target: Annotated[int | None, BeforeValidator(pence_of_target)] = None
    video: Annotated[str, BeforeValidator(video_address), Field(max_length=VIDEO)] = ""
    in_memory_of: Annotated[str, OneLine, AfterValidator(_is_plain), Field(max_length=DEDICATION)] = ""
    charity_funded: Tick = False
    seen_by: Seen
    is_paused: Tick = False
    slug: Annotated[str, AfterValidator(must_be_a_slug)]
    code: Tick = False


class PhotoForm(Form):
    """How a photo is cut, and what is to be seen on it."""

    focus: Focus = Focus.MIDDLE
    shows: Annotated[str, OneLine, Field(max_length=SHOWN)] = ""
