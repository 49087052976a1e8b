"""Files over HTTP and in S3, read in the parts that are asked for. fsspec is spoken here only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import fsspec

from crawler.errors import SettingError

_BLOCK = 1 << 16
"""Bytes that are read at once over a network: most records are shorter."""


def shown(where: str) -> str:
    """A URL without login and signature."""
    parts = urlsplit(where)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def opened(where: str, agent: str) -> Any:
    """A file that seeks. Raises `OSError`, and `SettingError` where it cannot be read in parts."""
    with plain_errors(where):
        system, path = _file_system(where, agent)
        file = system.open(path, "rb", block_size=_BLOCK, cache_type="readahead")
    if not file.seekable():
        file.close()
        raise SettingError(f"{shown(where)}: the server does not answer ranges", "fetch the file first")
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
    web = where.partition("://")[0] in ("http", "https")
    more = {"client_kwargs": {"headers": {"User-Agent": agent}}} if web and agent else {}
    try:
        system, path = fsspec.core.url_to_fs(where, **more)
    except (ImportError, ValueError) as error:
        scheme = where.partition("://")[0]
        raise SettingError(
            f"{scheme}:// cannot be read: {error}", "pip install 'clew[remote]'"
        ) from error
    return system, path
