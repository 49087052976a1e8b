"""Pages from files, as the commands read them."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from crawler.errors import SettingError
from crawler.links.page import Page, read_page
from crawler.links.tree import MAX_BYTES

NO_ADDRESS = "http://page.invalid/"
"""The address of a page whose own is not told: relative links become absolute, and the host says why."""


def read_file(path: Path, url: str = "") -> Page:
    """The page in a file, unpacked where its name ends in ``.gz``.

    Raises `SettingError` for a file that is missing, unreadable, broken, or holds no HTML; an empty file
    is a page without links.
    """
    page = read_page(_content(path), url or NO_ADDRESS)
    if not (page.is_html or page.empty):
        raise SettingError(f"{path} is no HTML", "name a page as a server sent it, or a .gz of one")
    return page


def _content(path: Path) -> bytes:
    """What is read of a file: no more than a page is parsed of, and a byte that tells of more."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                return file.read(MAX_BYTES + 1)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SettingError(f"there is no file {path}", "check the name") from error
    except (OSError, EOFError, zlib.error) as error:
        raise SettingError(f"{path} cannot be read: {error}", "check the file") from error
