"""What the operator supplies, looked at before a crawl starts: errors come early, and in one line."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from crawler.config import Config
from crawler.download import tls
from crawler.download.cookies_file import read_cookies
from crawler.download.headers_file import HeadersFile
from crawler.download.proxy import Proxies


def check(config: Config) -> None:
    """Raises `SettingError` for a file or a proxy that cannot be used."""
    HeadersFile.read(config.headers_file)
    read_cookies(config.cookies_file)
    Proxies.from_config(config)
    if config.tls_ca_file is not None:
        tls.context(config, verify=True)


def remarks(config: Config) -> Iterator[str]:
    """What an operator may not know, a line each."""
    told = Proxies.from_config(config).told
    if told:
        yield told
    for name, path in (("HEADERS_FILE", config.headers_file), ("COOKIES_FILE", config.cookies_file)):
        if path is not None and path.stat().st_mode & stat.S_IROTH:
            yield f"{name} {path} can be read by everybody on this machine - chmod 600 {path}"
