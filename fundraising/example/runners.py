"""All forty runners of the example."""

from __future__ import annotations

from fundraising.example.runners_alone import ALONE
from fundraising.example.runners_clubs import BAND, HARRIERS
from fundraising.example.runners_friends import FAMILY, STUDENTS
from fundraising.example.runners_work import OFFICE, WARD
from fundraising.example.shapes import ExampleRunner

RUNNERS: tuple[ExampleRunner, ...] = (*OFFICE, *WARD, *BAND, *HARRIERS, *STUDENTS, *FAMILY, *ALONE)
