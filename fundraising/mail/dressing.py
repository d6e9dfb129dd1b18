"""The HTML of a letter, made from its text: what its paragraphs, lists, links and its one button are.

Pure. What it finds is turned into HTML by `templates/fundraising/mail/_made.html`, where everything is escaped.
"""

import re
from dataclasses import dataclass

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
AFTER_IT = ".,;:!?)\u2019\u201d'"  # what follows an address in a sentence, and is hardly part of it


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line.

    Args:
        address: where it leads, or nowhere.
    """

    text: str
    address: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, or a list, or the button."""

    lines: tuple[Line, ...]
    is_list: bool = False
    is_button: bool = False


def dress(text: str, own: str) -> list[Block]:
    """What a plain text is made of.

    An address of ours alone on its line, after a line that ends with a colon, becomes the letter's button, labelled
    with that line; later ones become plain links. The address of somebody else stays plain text: letters hold what
    strangers typed, such as names, and nobody shall make a link in our name that leads elsewhere.

    Args:
        own: where our own addresses begin: BASE_URL.
    """
    blocks: list[Block] = []
    has_button = False
    for part in re.split(r"\n[^\S\n]*\n", text.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        for block in _parted(_linked(lines, own), own):
            is_button = not has_button and _is_labelled(block)
            has_button = has_button or is_button
            blocks.append(Block(block.lines, block.is_list, is_button))
    return blocks


def _linked(lines: list[str], own: str) -> list[str | Piece]:
    """The lines, each label with its address made one."""
    made: list[str | Piece] = []
    for line in lines:
        before = made[-1] if made else ""
        if isinstance(before, str) and _is_label(before) and _is_ours(line, own):
            made[-1] = Piece(before[:-1].removeprefix("- "), line)
        else:
            made.append(line)
    return made


def _is_label(line: str) -> bool:
    """Words that end with a colon; an address among them has to stay one that can be pressed."""
    return len(line) > 1 and line.endswith(":") and not ADDRESS.search(line)


def _is_ours(line: str, own: str) -> bool:
    return bool(ADDRESS.fullmatch(line)) and (line == own or line.startswith((own + "/", own + "?", own + "#")))


def _parted(lines: list[str | Piece], own: str) -> list[Block]:
    """Neighbours of one kind together; a link with a label stands alone."""
    blocks: list[Block] = []
    for line in lines:
        if isinstance(line, Piece):
            blocks.append(Block(((line,),)))
            continue
        is_list = line.startswith("- ")
        pieces = pieces_of(line[2:].strip() if is_list else line, own)
        last = blocks[-1] if blocks else None
        if last is not None and last.is_list == is_list and not _is_labelled(last):
            blocks[-1] = Block((*last.lines, pieces), is_list)
        else:
            blocks.append(Block((pieces,), is_list))
    return blocks


def _is_labelled(block: Block) -> bool:
    """Whether it is a link behind a label: a bare address is its own text."""
    only = block.lines[0][0]
    return not block.is_list and bool(only.address) and only.text != only.address


def pieces_of(line: str, own: str) -> Line:
    """A line, our own addresses in it apart."""
    pieces: list[Piece] = []
    end = 0
    for found in ADDRESS.finditer(line):
        address = found[0].rstrip(AFTER_IT)
        if not _is_ours(address, own):
            continue
        pieces += [Piece(line[end : found.start()]), Piece(address, address)]
        end = found.start() + len(address)
    pieces.append(Piece(line[end:]))
    return tuple(piece for piece in pieces if piece.text)
