"""Writing to the organiser, and wanting to hear from an event: what is kept, and the letters of it."""

from fundraising.mail.letters import Shower

SHOWERS: dict[str, Shower] = {}
