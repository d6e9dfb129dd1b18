"""What keeps everybody whole, as the organiser writes it: paragraphs, with headings that end with a colon."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text.

    Args:
        heading: empty for what stands before the first heading.
        text: paragraphs, parted by an empty line.
    """

    heading: str
    text: str


def sections(text: str) -> list[Section]:
    """A text in its parts."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.rstrip().endswith(":"):
            found.append((line.strip().rstrip(": "), []))
        else:
            found[-1][1].append(line)
    parts = [Section(heading, "\n".join(lines).strip()) for heading, lines in found]
    return [part for part in parts if part.heading or part.text]
