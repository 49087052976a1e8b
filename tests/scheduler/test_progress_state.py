"""The progress line says first what keeps a crawl from going on."""

from types import SimpleNamespace

import pytest

from crawler.progress import Progress


class Stats(dict):
    def get_value(self, key, default=None):
        return self.get(key, default)


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (None, "3 URLs done"),
        ("running", "3 URLs done"),
        ("paused", "paused: 3 URLs done"),
        ("held", "held: 3"),
    ],
)
def test_a_state_that_holds_a_crawl_up_stands_first(state, begins):
    stats = Stats({"clew/done": 3} | ({"clew/state": state} if state else {}))
    assert Progress(SimpleNamespace(stats=stats)).line().startswith(begins)
