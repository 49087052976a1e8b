"""How the tests are shared among the workers of pytest-xdist, as `make test` starts them."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = frozenset(
    f"tests/{name}.py"
    for name in (
        "download/test_wire_conformance",
        "download/test_wire_fuzz",
        "download/test_wire_limits",
        "e2e/test_exactly_once",
        "e2e/test_recrawl",
        "house/test_wheel",
        "products/test_graph_page_in_chromium",
    )
)
"""Files whose tests share something costly (a crawl, a browser, a wheel): one worker makes it for all."""


class Sharing(LoadScopeScheduling):
    """One worker for each file of `TOGETHER`, and whoever is free for every other test.

    The mark `xdist_group` would say the same, but xdist 3.8 does not see it with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)
