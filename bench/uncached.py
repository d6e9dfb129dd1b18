"""The site with a page cache that keeps nothing: `python -m bench.uncached serve …`."""

from fundraising.cli import main
from fundraising.web import cache

if __name__ == "__main__":
    cache.FRESH_SECONDS = -1.0
    main()
