"""x."""


async def run(stage):
    """x"""
    return []
