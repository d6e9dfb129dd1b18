"""What a runner has said on a page besides its story, news and thanks, and how it goes when its runner does.

Who is erased leaves none of it, nor does who hands the place on: it would stand there in somebody else's name.
"""

import asyncpg

from fundraising.funds.pictures import forget_picture

FORGET_NEWS = """
delete from page_update u using pledge_page g where g.id = u.page_id and g.fund_id = $1 returning u.picture_id
"""
FORGET_THANKS = """
update donation d set thanks = '' from payment p where p.id = d.payment_id and p.fund_id = $1 and d.thanks <> ''
"""


async def forget_words(writing: asyncpg.Connection, fund_id: int) -> None:
    """Delete news with their pictures, and the words of thanks, within the caller's transaction; that somebody was
    thanked stays."""
    await writing.execute(FORGET_THANKS, fund_id)
    for row in await writing.fetch(FORGET_NEWS, fund_id):
        await forget_picture(writing, row["picture_id"])
