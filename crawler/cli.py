"""``clew``: Scrapy's own command line with Clew's settings, from any directory."""

from __future__ import annotations

import os
import sys
from importlib.metadata import distribution, packages_distributions

from scrapy.cmdline import execute

_NAMES = ("crawler", "pipelines")


def main() -> None:
    """Run ``clew COMMAND ...`` as ``scrapy COMMAND ...`` runs in the checkout."""
    rivals = _rivals()
    if rivals:
        sys.exit(
            f"clew: {', '.join(rivals)} also installs a package named {' or '.join(_NAMES)}, and one "
            "has overwritten the other - install clew into an environment of its own"
        )
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    execute()


def _rivals() -> list[str]:
    """Other distributions that own one of our import names; pip overwrites without a word."""
    owners = packages_distributions()
    names = {owner for name in _NAMES for owner in owners.get(name, [])}
    return sorted(names - {distribution("clew").metadata["Name"]})
