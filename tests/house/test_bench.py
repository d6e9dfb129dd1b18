"""What the benches hold their figures against must go on working, or nobody would know until they are run."""

import httpx

from bench.reference import application


async def test_the_bare_page_of_the_benches_is_made_of_the_house_s_own_template() -> None:
    """A template that asks for one more thing must be given it there too."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application()), base_url="http://bare.test") as client:
        page = await client.get("/page")
        assert page.status_code == 200
        assert "Ada Example" in page.text
        assert (await client.get("/hello")).text == "hello"
