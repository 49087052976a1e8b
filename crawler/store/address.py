"""``FRONTIER_URL``: what may stand there, and how it is shown."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from crawler.errors import SettingError

EMBEDDED = "embedded:"
_SERVERS = ("redis", "rediss", "unix")
_LATER = ("redis+cluster", "redis+sentinel")
_OPTIONS = {
    *("db", "username", "password"),
    *("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"),
}
_WAY_OUT = "write FRONTIER_URL=embedded:, redis://HOST:PORT/DB, rediss://... or unix:///PATH"


def check(url: str) -> None:
    """Raises `SettingError` where `url` names no server that Clew can use."""
    if url == EMBEDDED:
        return
    try:
        parts = urlsplit(url)
        complete = parts.path if parts.scheme == "unix" else parts.hostname
        _ = parts.port
    except ValueError as error:
        raise SettingError(f"FRONTIER_URL: {error}", _WAY_OUT) from error
    if parts.scheme in _LATER:
        raise SettingError(
            f"FRONTIER_URL={shown(url)}: clusters and Sentinel are not supported yet",
            "name one primary as redis://HOST:PORT/DB; one carries a whole crawl",
        )
    if parts.scheme not in _SERVERS or not complete:
        raise SettingError(f"FRONTIER_URL={shown(url)} names no server", _WAY_OUT)
    options = parse_qs(parts.query, keep_blank_values=True)
    numbers = [*options.get("db", []), *([] if parts.scheme == "unix" else [parts.path.strip("/")])]
    if any(number and not number.isdigit() for number in numbers):
        raise SettingError(f"FRONTIER_URL={shown(url)}: the database is a number", _WAY_OUT)
    if unknown := sorted(set(options) - _OPTIONS):
        raise SettingError(
            f"FRONTIER_URL={shown(url)}: unknown option {unknown[0]!r}",
            f"known are {', '.join(sorted(_OPTIONS))}",
        )


def shown(url: str) -> str:
    """The URL without user, password and query: all that a log or an error may show of it."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url if url == EMBEDDED else scheme.partition(":")[0] + ":..."
    authority, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
