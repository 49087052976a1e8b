"""``COOKIES_FILE``: a cookies.txt in Netscape's form, one cookie a line, seven fields with tabs between.

    example.org  FALSE  /  TRUE  1790000000  session  abc
    host         below? path https? expires  name     value

Its writers differ where the standard library's reader wants one form: a session cookie's expiry is 0
(curl, wget) or empty, ``#HttpOnly_`` stands before a host (curl), one that counts for those below it has
a dot (wget) or none (add-ons of browsers), the first line says what it is or does not. All are read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from http.cookiejar import Cookie
from pathlib import Path

from crawler.errors import SettingError

_HTTP_ONLY = "#HttpOnly_"
_NO_PART_OF_A_PAIR = re.compile(r"[\x00-\x1f\x7f;]")


def read_cookies(path: Path | None) -> tuple[Cookie, ...]:
    """The cookies of a file that have not expired. Raises `SettingError`, which never shows a value."""
    if path is None:
        return ()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingError(f"COOKIES_FILE {path} cannot be read: {error.strerror}", _WAY_OUT) from error
    except ValueError:
        raise SettingError(f"COOKIES_FILE {path} is not UTF-8", _WAY_OUT) from None
    now = time.time()
    return tuple(cookie for cookie in _cookies(path, text) if not cookie.is_expired(int(now)))


_WAY_OUT = "export it anew as a Netscape cookies.txt"


def _cookies(path: Path, text: str) -> Iterator[Cookie]:
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r").removeprefix(_HTTP_ONLY)
        if not line.strip() or line.startswith("#"):
            continue
        try:
            yield _cookie(*line.split("\t"))
        except (TypeError, ValueError, OverflowError):
            raise SettingError(
                f"COOKIES_FILE {path}, line {number}: not a cookie of seven fields with tabs between",
                _WAY_OUT,
            ) from None


def _cookie(
    host: str, below: str, path: str, secure: str, expires: str, name: str, value: str = ""
) -> Cookie:
    """Raises ValueError."""
    bare = host.removeprefix(".").lower()
    if not bare or not (name or value) or _NO_PART_OF_A_PAIR.search(name + value):
        raise ValueError("no host, no pair, or a character that would end it")
    until = int(float(expires or 0)) or None
    if "." not in bare:
        bare += ".local"  # so does `http.cookiejar` with hosts that have no dot
    for_all_below = _flag(below) or host.startswith(".")
    return Cookie(
        version=0,
        name=name or value,
        value=value if name else None,
        port=None,
        port_specified=False,
        domain=f".{bare}" if for_all_below else bare,
        domain_specified=for_all_below,
        domain_initial_dot=for_all_below,
        path=path or "/",
        path_specified=True,
        secure=_flag(secure),
        expires=until,
        discard=until is None,
        comment=None,
        comment_url=None,
        rest={},
    )


def _flag(word: str) -> bool:
    if word.upper() not in ("TRUE", "FALSE"):
        raise ValueError("neither TRUE nor FALSE")
    return word.upper() == "TRUE"
