"""Funds: anything that money is raised for, what counts towards what, and its picture.

Every wing comes in here: a runner, a team, a charity and an event each *have* a fund.
"""
