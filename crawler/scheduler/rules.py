"""The rules of ``hosts.yaml`` as they are now: read at the start, and again when the file changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from crawler.config import Config
from crawler.errors import SettingError
from crawler.frontier.host_rule import HostRule
from crawler.frontier.host_rules import HostRules
from crawler.model.collection import Collection

logger = logging.getLogger(__name__)

NAME = "hosts.yaml"
LOOK = 1.0
"""Seconds between two looks at the file."""

_Stamp = tuple[int, int, int] | None


class LiveRules:
    """The rules that hold. Asked as `HostRules` are; never raises after the start."""

    def __init__(self, path: Path) -> None:
        """Raises `SettingError` for a file with a mistake."""
        self.path = path
        self._seen = _stamp(path)
        self.current = HostRules.read(path)

    @classmethod
    def of_crawl(cls, config: Config, collection: Collection) -> LiveRules:
        """The rules of ``HOSTS_FILE``, else of the collection's ``hosts.yaml``, which need not be there.

        Raises `SettingError`.
        """
        if config.hosts_file is not None and not config.hosts_file.exists():
            raise SettingError(
                f"HOSTS_FILE={config.hosts_file} is not there", "name a file, or leave HOSTS_FILE empty"
            )
        return cls(config.hosts_file or collection.path / NAME)

    def of(self, host: str) -> HostRule:
        """What holds for ``host[:port]``."""
        return self.current.of(host)

    def look(self) -> bool:
        """Read the file if it changed; whether other rules hold now.

        A file with a mistake changes nothing and is one line of the log, a removed one ends its rules.
        """
        stamp = _stamp(self.path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            new = HostRules.read(self.path)
        except SettingError as error:
            logger.warning("the rules for hosts stay as they were: %s", error)
            return False
        changes = new.changes(self.current)
        self.current = new
        if changes:
            logger.info("new rules for hosts in %s: %s", self.path, changes)
        return bool(changes)

    async def watch(self, changed: Callable[[], Awaitable[None]]) -> None:
        """Look again and again, until cancelled; `changed` is called where other rules hold."""
        while True:
            await asyncio.sleep(LOOK)
            if self.look():
                await changed()


def _stamp(path: Path) -> _Stamp:
    """What changes with a file, however it is written; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
