"""A small Stripe on Stripe's own wire, for the demo and the tests: the real SDK talks to it, and it signs its events.

It refuses what Stripe refuses, by the SDK's own types and by Stripe's rules; it leaves out what Stripe leaves out; it
can be told to be late, double, shuffled, slow or broken. No money moves. It is a room of its own: it imports nothing of
the platform, and no room of the platform imports it.
"""

from fundraising.sandbox.accounts import KnownAccount
from fundraising.sandbox.known import KnownPayment
from fundraising.sandbox.manner import Manner, Order
from fundraising.sandbox.paying import How
from fundraising.sandbox.sandbox import Sandbox
from fundraising.sandbox.trouble import How as Wrong
from fundraising.sandbox.trouble import Trouble
from fundraising.sandbox.wire import Refused
from fundraising.sandbox.world import Endpoint, EndpointKind, Kind, Pace

__all__ = [
    "Endpoint",
    "EndpointKind",
    "How",
    "Kind",
    "KnownAccount",
    "KnownPayment",
    "Manner",
    "Order",
    "Pace",
    "Refused",
    "Sandbox",
    "Trouble",
    "Wrong",
]
