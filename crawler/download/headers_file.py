"""``HEADERS_FILE``: the header fields and logins that the operator supplies, by host.

A TOML table for each host. It holds for the host's subdomains too, ``"*"`` for all hosts; of two fields
of one name the more specific host's counts. What is sent is chosen anew for each request by its host,
so no redirect takes a secret along. ``docs/logins-and-proxies.md`` has an example.
"""

from __future__ import annotations

import base64
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from crawler.download.origin import Origin
from crawler.errors import SettingError

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SECRET = frozenset({b"authorization", b"cookie"})
_NOT_TO_SUPPLY = re.compile(
    "(?i)host|content-length|transfer-encoding|connection|te|trailer|upgrade|expect|proxy-.*"
)
"""Fields that frame the message or belong to the hop (RFC 9110, 7.6.1), which is Clew's to say."""

Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the operator supplies for one request."""

    fields: Fields = field(default=(), repr=False)
    secret: frozenset[bytes] = _SECRET
    """Names, in lower case, of fields whose values are never recorded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One host's table of the file."""

    fields: Fields = field(repr=False)
    secret: frozenset[bytes]
    plain: bool
    """Whether its secrets go over plain http too."""


class HeadersFile:
    """The whole file; empty where there is none."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._told: set[str] = set()

    @classmethod
    def read(cls, path: Path | None) -> HeadersFile:
        """Raises `SettingError`, which never shows a value."""
        if path is None:
            return cls({})
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            _refuse(path, f"cannot be read: {error.strerror}")
        except ValueError as error:  # TOMLDecodeError says where, UnicodeDecodeError shows the bytes
            toml = isinstance(error, tomllib.TOMLDecodeError)
            _refuse(path, f"is not TOML: {error}" if toml else "is not UTF-8")
        return cls({host.lower(): _entry(path, host, table) for host, table in tables.items()})

    def supplied(self, origin: Origin) -> Supplied:
        """What `origin` gets: secrets only over https, on this machine, or where the entry says so."""
        if not self._entries:
            return _NOTHING
        chosen: dict[bytes, tuple[bytes, bytes, bool]] = {}
        secret = _SECRET
        for entry in self._matching(origin.host):
            secret |= entry.secret
            for name, value in entry.fields:
                chosen[name.lower()] = name, value, entry.plain
        fields = []
        for low, (name, value, plain) in chosen.items():
            if low not in secret or plain or origin.confidential:
                fields.append((name, value))
            elif origin.host not in self._told:
                self._told.add(origin.host)
                logger.warning(
                    "secrets of HEADERS_FILE are kept back from http://%s - http = true sends them",
                    origin.authority,
                )
        return Supplied(tuple(fields), secret)

    def _matching(self, host: str) -> Iterator[Entry]:
        """The least specific first."""
        labels = host.rstrip(".").split(".")
        names = (".".join(labels[at:]) for at in range(len(labels) - 1, -1, -1))
        for name in ("*", *names):
            if name in self._entries:
                yield self._entries[name]


_NOTHING = Supplied()


def basic(login: str) -> bytes:
    """The value of an Authorization field for ``user:password`` (RFC 7617)."""
    return b"Basic " + base64.b64encode(login.encode())


def _entry(path: Path, host: str, table: object) -> Entry:
    if not isinstance(table, dict):
        _refuse(path, f"{host!r} stands under no host", 'begin with ["example.org"], or ["*"] for all')
    options: dict[str, object] = {"secret": [], "login": "", "http": False}
    fields: dict[str, tuple[bytes, bytes]] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            _refuse(path, f"[{host}.{key}] is no host", f'write it in quotes: ["{host}.{key}"]')
        if key.lower() in options:
            options[key.lower()] = value
        elif key.lower() in fields:
            _refuse(path, f'["{host}"] has {key} twice', "a field's name has no case; keep one")
        else:
            fields[key.lower()] = key.encode(), _value(path, host, key, value)
    fields |= _login(path, host, options["login"], fields)
    return Entry(
        tuple(fields.values()),
        _names(path, host, options["secret"]),
        _flag(path, host, options["http"]),
    )


def _login(
    path: Path, host: str, given: object, fields: Mapping[str, object]
) -> dict[str, tuple[bytes, bytes]]:
    login = _value(path, host, "login", given).decode()
    if not login:
        return {}
    if "authorization" in fields:
        _refuse(path, f'["{host}"] has both login and Authorization', "keep one of them")
    if ":" not in login:
        _refuse(path, f'["{host}"] login has no colon', 'write "user:password"')
    return {"authorization": (b"Authorization", basic(login))}


def _value(path: Path, host: str, key: str, value: object) -> bytes:
    if not _TOKEN.fullmatch(key):
        _refuse(path, f'["{host}"] {key!r} is no field name')
    if _NOT_TO_SUPPLY.fullmatch(key):
        _refuse(path, f'["{host}"] {key} is a field that Clew writes itself', "take it out")
    if not isinstance(value, str):
        _refuse(path, f'["{host}"] {key} is no text', f'write {key} = "..."')
    if _CONTROL.search(value):
        _refuse(path, f'["{host}"] {key} has a line end or another control character')
    return value.strip().encode()


def _names(path: Path, host: str, value: object) -> frozenset[bytes]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse(path, f'["{host}"] secret is no list of names', 'write secret = ["X-Api-Key"]')
    return frozenset(one.lower().encode() for one in value)


def _flag(path: Path, host: str, value: object) -> bool:
    if not isinstance(value, bool):
        _refuse(path, f'["{host}"] http is neither true nor false', "write http = true")
    return value


def _refuse(path: Path, what: str, way_out: str = "docs/logins-and-proxies.md shows one") -> NoReturn:
    raise SettingError(f"HEADERS_FILE {path}: {what}", way_out) from None
