"""Every setting of Clew: its name, type, default and one sentence, in one class.

A field ``redis_grace`` is the Scrapy setting ``REDIS_GRACE``. Settings that Scrapy has too keep their
name and meaning; Clew's default holds until a user sets another value. ``docs/settings.md`` is
generated from this file.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

from crawler import __version__
from crawler.errors import SettingError
from crawler.model import size

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(Protocol):
    """The part of Scrapy's settings that is read here."""

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a setting."""

    def getpriority(self, name: str) -> int | None:
        """0 for a default of Scrapy's own, more when somebody set it, None when nobody did."""


def _text(value: Any) -> str:
    return str(value if value is not None else "").strip()


def _flag(value: Any) -> bool:
    text = str(value).strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off", "", "none"):
        return False
    raise ValueError("write True or False")


def _count(value: Any) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("write a whole number, 0 or more")
    return number


def _positive(value: Any) -> int:
    number = _count(value)
    if number == 0:
        raise ValueError("write a whole number, 1 or more")
    return number


def _seconds(value: Any) -> float:
    number = float(value)
    if not 0 <= number < 1e9:
        raise ValueError("write a number of seconds, 0 or more")
    return number


def _size(value: Any) -> int:
    return size.parse(_text(value))


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _paths(value: Any) -> tuple[Path, ...]:
    items = value if isinstance(value, (list, tuple)) else _text(value).split(",")
    return tuple(_path(item) for item in items if _text(item))


def _file(value: Any) -> Path | None:
    return _path(value) if _text(value) else None


def _words(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, (list, tuple)) else _text(value).split(",")
    return tuple(str(item).strip() for item in items if str(item).strip())


def _networks(value: Any) -> tuple[Network, ...]:
    items = value if isinstance(value, (list, tuple)) else _text(value).split(",")
    return tuple(ipaddress.ip_network(str(item).strip()) for item in items if str(item).strip())


def _codes(value: Any) -> tuple[int, ...]:
    items = value if isinstance(value, (list, tuple)) else _text(value).split(",")
    return tuple(int(item) for item in items if str(item).strip())


def _word(*allowed: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        word = _text(value).lower()
        if word not in allowed:
            raise ValueError("write one of " + ", ".join(allowed))
        return word

    return parse


def _setting(default: Any, parse: Callable[[Any], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process, parsed and checked."""

    collections_dir: Path = _setting(Path("collections"), _path, "Where collections live.")
    frontier_url: str = _setting(
        "embedded:",
        _text,
        "The frontier's server: `embedded:` starts a Valkey server of the collection's own; "
        "`redis://`, `rediss://` or `unix://` names one that runs, `redis+sentinel://` and "
        "`redis+cluster://` find it (docs/frontier-servers.md).",
    )
    operator: str = _setting(
        "",
        _text,
        "Who crawls: a name and a URL or mail address, sent in the User-Agent and written in "
        "warcinfo. Public hosts are not fetched until it is set.",
    )
    user_agent: str = _setting("", _text, "The User-Agent; empty for `clew/VERSION (+OPERATOR)`.")
    allow_private_addresses: tuple[Network, ...] = _setting(
        (),
        _networks,
        "Networks (CIDR, comma-separated) that may be fetched although they are private or "
        "loopback; all others are refused.",
    )
    download_delay: float = _setting(
        3.0,
        _seconds,
        "Seconds between two fetches of a host, over all workers; stretched to 5 times the last "
        "answer's duration, at most 30. 0 turns it off, stretching included.",
    )
    concurrent_requests: int = _setting(32, _positive, "Requests of one worker at once.")
    concurrent_requests_per_domain: int = _setting(
        1, _positive, "Requests to one host at once, over all workers."
    )
    download_timeout: float = _setting(
        60.0, _seconds, "Seconds that one exchange may take, from connecting to the last byte."
    )
    download_maxsize: int = _setting(
        256 * 1024 * 1024,
        _count,
        "Bytes of an answer that are kept; what is longer is cut there and marked "
        "`WARC-Truncated: length`. 0 is no limit.",
    )
    spool_size: int = _setting(
        512 * 1024,
        _count,
        "Bytes of an answer that are held in memory; a longer one waits in an unnamed file in the "
        "collection's folder until it is in the WARC.",
    )
    page_maxsize: int = _setting(
        2 * 1024 * 1024,
        _positive,
        "Bytes of a body that are decoded and read for links; the WARC has all of it.",
    )
    retry_times: int = _setting(2, _count, "How often a failed fetch is tried again; 0 is one try.")
    retry_http_codes: tuple[int, ...] = _setting(
        (408, 429, 500, 502, 503, 504, 522, 524), _codes, "Statuses that are tried again."
    )
    robotstxt_obey: bool = _setting(True, _flag, "Whether robots.txt is asked for and obeyed.")
    politeness: str = _setting(
        "host",
        _word("host", "address"),
        "Whose delay and slots are: each `host` has its own, or hosts of one `address` share them.",
    )
    hosts_file: Path | None = _setting(
        None,
        _file,
        "Rules for single hosts (docs/politeness.md), read again when they change; empty for "
        "`hosts.yaml` in the collection's folder.",
    )
    requisites: bool = _setting(
        True, _flag, "Whether images, stylesheets and scripts of a page are fetched with it."
    )
    learn: bool = _setting(
        True,
        _flag,
        "Whether the links of a page are judged by what other pages of its site showed, too "
        "(docs/learning.md).",
    )
    seed_interval: float = _setting(
        3600.0, _seconds, "Seconds after which a seed that was fetched is fetched again."
    )
    lease_time: float = _setting(
        120.0, _seconds, "Seconds that the URLs of a dead worker wait before others take them."
    )
    redis_grace: float = _setting(
        120.0,
        _seconds,
        "Seconds that a running crawl waits for Redis before it gives up with exit 8; at the start "
        "it waits 5.",
    )
    max_expiries: int = _setting(
        10, _positive, "How often a URL's worker may vanish before the URL is given up."
    )
    story_interval: float = _setting(
        0.0,
        _seconds,
        "The least seconds after which a story is fetched again (docs/recrawl.md); 0 fetches each once.",
    )
    story_interval_most: float = _setting(
        2_592_000.0,
        _seconds,
        "The most seconds after which a story that never changes is fetched again.",
    )
    pages_most: int = _setting(
        0,
        _count,
        "Pages that a crawl may bring (docs/scope.md); 0 is no limit, here and in the next three.",
    )
    bytes_most: int = _setting(0, _size, "Bytes that a crawl may bring, such as 50G.")
    host_pages_most: int = _setting(0, _count, "Pages that one host may bring.")
    host_bytes_most: int = _setting(0, _size, "Bytes that one host may bring.")
    host_failures: int = _setting(
        20,
        _count,
        "After how many failures in a row, of which each lets it rest longer, what waits at a host is "
        "given up; 0 is never.",
    )
    rate_limited_most: int = _setting(
        10,
        _count,
        "After how many refusals in a row of a web archive, of which each lets it rest longer, the "
        "crawl ends with exit code 18, to be continued; 0 is never.",
    )
    queue_most: int = _setting(
        10_000,
        _count,
        "URLs of one class of a host that wait in Redis; what comes then waits in compressed files of "
        "the collection (docs/frontier-size.md). 0 is no limit.",
    )
    queue_room: int = _setting(
        2_000_000,
        _count,
        "URLs of the whole crawl that shall wait in Redis: when there are more than half as many, "
        "`QUEUE_MOST` shrinks, down to 64. 0 is no limit.",
    )
    depth_limit: int = _setting(
        0, _count, "Scrapy's limit on hops; where it is above 0 and below `hops`, it wins."
    )
    tls_verify: str = _setting(
        "mark",
        _word("mark", "refuse"),
        "`mark` archives behind an invalid certificate and marks it; `refuse` does not fetch.",
    )
    tls_min_version: str = _setting(
        "1.2",
        _word("1.0", "1.1", "1.2", "1.3"),
        "The oldest version of TLS that is spoken. 1.0 and 1.1 also bring OpenSSL's security level "
        "down to 0, so that old servers answer.",
    )
    tls_ca_file: Path | None = _setting(
        None,
        _file,
        "A PEM file of certificate authorities to trust beside the system's (or those that OpenSSL's "
        "`SSL_CERT_FILE` names instead).",
    )
    headers_file: Path | None = _setting(
        None,
        _file,
        "A TOML file of header fields and logins by host (docs/logins-and-proxies.md); its secrets are "
        "sent and never recorded.",
    )
    cookies_file: Path | None = _setting(
        None,
        _file,
        "A cookies.txt (Netscape's form, as browsers' add-ons, curl and wget write it) that fills the "
        "cookie jar; turns cookies on.",
    )
    cookies_enabled: bool = _setting(
        False, _flag, "Whether cookies that servers set are sent back; each worker has a jar of its own."
    )
    proxy: str = _setting(
        "",
        _text,
        "The HTTP proxy, `http://[user:password@]host:port`. Empty for what the environment says "
        "(`http_proxy`, `https_proxy`, `no_proxy`), `none` for no proxy at all.",
    )
    httpproxy_enabled: bool = _setting(
        True, _flag, "Scrapy's; False is as good as `PROXY=none` where `PROXY` is empty."
    )
    no_proxy: tuple[str, ...] = _setting(
        (),
        _words,
        "Hosts (their subdomains too), addresses and networks (comma-separated) that are fetched "
        "without the proxy; `*` is all.",
    )
    conditional_requests: bool = _setting(
        True,
        _flag,
        "Whether a URL that was captured before is asked for with If-None-Match and If-Modified-Since; "
        "a 304 becomes a `server-not-modified` revisit.",
    )
    holdings: str = _setting(
        "pipelines.holdings.FileHoldings", _text, "The class that reads the files of `crawl warc`."
    )
    archive_exchanges: str = _setting(
        "keep",
        _word("keep", "all", "drop"),
        "What is kept of the exchanges with a web archive: those that brought a memento, all, none.",
    )
    cdx_page: int = _setting(
        5000, _positive, "Lines that a CDX server is asked for at once (`seeds=cdx:...`)."
    )
    warc_size: int = _setting(
        1_000_000_000, _positive, "Bytes after which a WARC file is finished and a new one begun."
    )
    warc_age: float = _setting(
        86400.0, _seconds, "Seconds after which a WARC file is finished and a new one begun."
    )
    warc_digest: str = _setting(
        "sha1", _word("sha1", "sha256"), "The algorithm of block and payload digests."
    )
    page_records: bool = _setting(
        True,
        _flag,
        "Whether the facts and related links of each page stand in a `metadata` record of the WARC, "
        "from which the story graph can be made again (docs/graph.md).",
    )
    keep_links: str = _setting(
        "related",
        _word("related", "all"),
        "Which links of a page the graph keeps: those judged `related`, or `all`; the others stand in "
        "`rejected.jsonl` (docs/graph.md).",
    )
    coherence_most: float = _setting(
        2_592_000.0,
        _seconds,
        "A page is flagged in `reports/coherence` where a requisite was captured more than so many "
        "seconds after it (docs/coherence.md).",
    )
    dedup_cdxj: tuple[Path, ...] = _setting(
        (),
        _paths,
        "CDXJ files (comma-separated, plain or gzip) of captures that are kept elsewhere; a payload "
        "that they have is referred to and not kept again.",
    )
    disk_reserve: int = _setting(
        100_000_000, _count, "Bytes that must stay free on the collection's disk, else exit 3."
    )
    workers: int = _setting(1, _positive, "Workers that `scrapy crawl` starts on this machine.")
    pywb: str = _setting(
        "",
        _text,
        "pywb's program; empty for `wayback` on PATH, else `.pywb/bin/wayback` (`make pywb`).",
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Config:
        """Read Scrapy's settings; one that nobody set has Clew's default.

        Raises `SettingError`, which names the setting and the way out.
        """
        values: dict[str, Any] = {}
        for setting in fields(cls):
            name = setting.name.upper()
            if settings.getpriority(name):
                values[setting.name] = _parse(name, setting, settings.get(name))
        return cls(**values)


def _parse(name: str, setting: Field[Any], value: Any) -> Any:
    try:
        return setting.metadata["parse"](value)
    except (ValueError, TypeError) as error:
        raise SettingError(
            f"{name}={value!r} is no valid setting: {error}", str(setting.metadata["meaning"])
        ) from error


def user_agent(config: Config) -> str:
    """``clew/VERSION (+OPERATOR)``, unless ``USER_AGENT`` says otherwise (RFC 9110, 10.1.5)."""
    if config.user_agent:
        return config.user_agent
    operator = "".join(c for c in config.operator if c.isprintable() and c.isascii() and c not in "()")
    return f"clew/{__version__} (+{operator})" if operator else f"clew/{__version__}"


def defaults() -> Mapping[str, Any]:
    """Name and default of every setting, as Scrapy knows them."""
    return {f.name.upper(): f.default for f in fields(Config) if f.default is not MISSING}


def meanings() -> Mapping[str, str]:
    """Name and one sentence of every setting, in the order of the class."""
    return {f.name.upper(): str(f.metadata["meaning"]) for f in fields(Config)}
