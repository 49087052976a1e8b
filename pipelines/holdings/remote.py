"""Files over HTTP and in S3, read in the parts that are asked for. fsspec is spoken here only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import fsspec

from crawler.errors import SettingError

_AHEAD = 1 << 16
"""Bytes that are read ahead where it is not known how far is read: most records are shorter."""
_FAR_AHEAD = 1 << 20
"""The same where it is known, and nothing behind that is read."""


def shown(where: str) -> str:
    """A URL without login and signature."""
    parts = urlsplit(where)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def opened(where: str, agent: str, end: int) -> Any:
    """A file that seeks, of which the octets up to `end` are read, -1 for all of them.

    Raises `OSError`, and `SettingError` where it cannot be read in parts.
    """
    known = {"size": end, "block_size": _FAR_AHEAD} if end >= 0 else {"block_size": _AHEAD}
    with plain_errors(where):
        system, path = _file_system(where, agent)
        file = system.open(path, "rb", cache_type="readahead", **known)
    try:
        file.seek(0, SEEK_END)
    except ValueError as error:
        file.close()
        reason = f"{shown(where)}: the server does not answer ranges"
        raise SettingError(reason, "fetch the file first") from error
    return file


def state(where: str, agent: str) -> str:
    """What changes when the file does: its size, and its tag or time. Raises as `opened`."""
    with plain_errors(where):
        system, path = _file_system(where, agent)
        told = system.info(path)
    tag = told.get("ETag") or told.get("LastModified") or told.get("Last-Modified") or ""
    return f"{told.get('size')} {tag}"


def glob(where: str, agent: str) -> list[str]:
    """The URLs that fit. Raises as `opened`."""
    with plain_errors(where):
        system, path = _file_system(where, agent)
        found: list[str] = sorted(system.glob(path))
    scheme = where.partition("://")[0]
    return [one if "://" in one else f"{scheme}://{one}" for one in found]


@contextmanager
def plain_errors(where: str) -> Iterator[None]:
    """Whatever a file system raises becomes an `OSError` that names the file and no secret."""
    try:
        yield
    except SettingError:
        raise
    except Exception as error:
        about = f"{type(error).__name__}: {error}".replace(where, shown(where))
        raise OSError(f"{shown(where)}: {about}") from error


def _file_system(where: str, agent: str) -> tuple[Any, str]:
    """Raises `SettingError` where fsspec has none for it."""
    web = where.startswith(("http://", "https://"))
    more = {"client_kwargs": {"headers": {"User-Agent": agent}}} if web and agent else {}
    scheme = where.partition("://")[0]
    try:
        system, path = fsspec.core.url_to_fs(where, **more)
    except ImportError as error:
        raise SettingError(
            f"{scheme}:// cannot be read: {error}", "pip install 'clew[remote]'"
        ) from error
    except ValueError as error:
        raise SettingError(f"{scheme}:// cannot be read: {error}", "write https:// or s3://") from error
    return system, path
