"""The generation: one line on disk and in Redis that ties a collection to its frontier.

A server that was wiped looks as one whose crawl is finished; the generation tells them apart.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from crawler.errors import FrontierError
from crawler.frontier import whole_file


def new() -> str:
    """An id that no other collection has."""
    return uuid.uuid4().hex


def read(folder: Path) -> str:
    """The id of the collection whose folder ``frontier`` this is; empty where it has none yet."""
    try:
        return (folder / "generation").read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise FrontierError(
            f"{folder / 'generation'} cannot be read ({error})", "restore it, or make it readable"
        ) from error


def write(folder: Path, generation: str) -> None:
    """Keep the id, whole or not at all, and durably."""
    try:
        whole_file.write(folder / "generation", f"{generation}\n".encode("ascii"))
    except OSError as error:
        raise FrontierError(
            f"{folder / 'generation'} cannot be written ({error})", "make the folder writable"
        ) from error
