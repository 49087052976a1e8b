"""``frontier/walk.json``: what the walk of a collection was told, so that others can decide as it does.

A spider writes it when it starts; of several workers the last one's stays. `scrapy frontier check` reads
it to say which rule decides about a URL, `scrapy frontier rebuild` to know what a page leads to::

    {"spider": "story", "scope": "site", "sites": ["bbc.co.uk"], "rules": "", "hops": 3,
     "follow": "related", "arguments": {"seeds": "https://news.bbc.co.uk/1", "hops": "3"}}

`Scope.of_walk` (`crawler.frontier.scope`) makes of it the scope that the spider had.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec

from crawler.errors import ClewError, SettingError, of_the_disk
from crawler.frontier import whole_file

NAME = "walk.json"
_SITES = "sites-{}-{}.txt"
"""Where a process notes what its seeds were redirected to, one site a line."""


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of a walk, worked out."""

    spider: str
    """``story``, ``memento`` or ``warc``."""
    scope: str
    """``site``, ``host``, ``any``, or the path of the file of rules."""
    sites: tuple[str, ...] = ()
    """With ``site`` the registrable domains of the seeds, with ``host`` their hosts; sorted."""
    rules: str = ""
    """The text of the file of rules, as it was when the walk began; else empty."""
    hops: int
    """Links away from a seed, ``DEPTH_LIMIT`` and the file's ``hops`` counted in."""
    follow: str
    """``related`` or ``all``."""
    arguments: dict[str, str] = {}
    """What was given with ``-a``, logins left out: ``archive``, ``at`` and ``window`` of a memento walk
    stand here."""


def write(folder: Path, walk: Walk) -> None:
    """Keep `walk` in `folder` (a collection's ``frontier``), whole or not at all.

    Raises `DiskFull`, or `ClewError` where the folder cannot be written.
    """
    path = folder / NAME
    try:
        whole_file.write(path, msgspec.json.format(msgspec.json.encode(walk), indent=1) + b"\n")
    except OSError as error:
        raise of_the_disk(path, error) from error


def read(folder: Path) -> Walk | None:
    """The walk that was kept in `folder`, None where there was none yet.

    Raises `SettingError` where the file is none of Clew's, `ClewError` where it cannot be read.
    """
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Walk)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ClewError(f"cannot read {path}: {error.strerror}", "make it readable") from error
    except msgspec.DecodeError as error:
        way_out = "run the crawl once more: it writes the file anew"
        raise SettingError(f"{path} is no description of a walk: {error}", way_out) from error


def note_site(folder: Path, site: str) -> None:
    """Keep that a seed was redirected to `site`, which is in scope from then on. Raises `OSError`."""
    path = folder / _SITES.format(socket.gethostname(), os.getpid())
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{site}\n")


def read_sites(folder: Path) -> frozenset[str]:
    """The sites that seeds were redirected to, as far as any worker noted them. Raises `OSError`."""
    files = folder.glob(_SITES.format("*", "*"))
    return frozenset(line for file in files for line in file.read_text("utf-8").splitlines())
