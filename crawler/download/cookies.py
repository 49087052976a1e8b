"""Scrapy's cookie middleware, filled from ``COOKIES_FILE``, that can tell whose a cookie is.

Cookies that the operator supplied (by the file, or by a spider's ``cookies=``) are secret; those that a
server has set are recorded as they are sent. A cookie that a server sets anew is the server's from then
on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any, Self, cast
from weakref import WeakSet

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.cookies import CookieJar, WrappedRequest

from crawler.config import Config
from crawler.download.cookies_file import read_cookies
from crawler.download.request import COOKIES_OF_THE_OPERATOR
from crawler.frontier.site import registrable_domain


class CookieMiddleware(CookiesMiddleware):
    """A jar for each worker; of a request's meta it reads ``cookiejar`` and ``dont_merge_cookies``."""

    def __init__(self, supplied: Sequence[Cookie] = ()) -> None:
        super().__init__(debug=False)  # COOKIES_DEBUG would write secrets into the log
        self._operators = WeakSet(supplied)
        self._supplied = supplied  # keeps them alive
        self.jars = defaultdict(self._jar)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Off unless ``COOKIES_ENABLED`` or ``COOKIES_FILE`` is set."""
        config = cast(Config, crawler.spider.config)  # type: ignore[union-attr]
        if not config.cookies_enabled and config.cookies_file is None:
            raise NotConfigured
        made = cls(read_cookies(config.cookies_file))
        made.crawler = crawler
        return made

    def process_request(self, request: Request, spider: Any = None) -> Request | Response | None:
        """Write the Cookie field, and note in the meta which of its pairs are the operator's."""
        if not request.meta.get("dont_merge_cookies", False):
            request.meta[COOKIES_OF_THE_OPERATOR] = []
        return super().process_request(request)

    def _jar(self) -> CookieJar:
        jar = CookieJar(_Policy(self._operators))
        for cookie in self._supplied:
            jar.set_cookie(cookie)
        return jar

    def _get_request_cookies(self, jar: CookieJar, request: Request) -> Sequence[Cookie]:
        cookies = super()._get_request_cookies(jar, request)
        self._operators.update(cookies)
        return cookies

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        """As Scrapy's, but with the list of public suffixes at hand: Scrapy's would be downloaded."""
        host = WrappedRequest(request).origin_req_host.lower()
        for cookie in cookies:
            domain = cookie.domain.removeprefix(".")
            if domain and registrable_domain(f"x.{domain}") == f"x.{domain}":
                if domain != host:
                    continue
                cookie.domain = host
            jar.set_cookie_if_ok(cookie, request)


class _Policy(DefaultCookiePolicy):
    """A cookie without a domain goes to its own host only (RFC 6265, 5.3), not below it."""

    def __init__(self, operators: WeakSet[Cookie]) -> None:
        super().__init__(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)
        self._operators = operators

    def return_ok(self, cookie: Cookie, request: Any) -> bool:
        """Asked for each cookie that may be sent."""
        sent = super().return_ok(cookie, request)
        if sent and cookie in self._operators:
            pair = cookie.name if cookie.value is None else f"{cookie.name}={cookie.value}"
            request.request.meta[COOKIES_OF_THE_OPERATOR].append(pair.encode())
        return sent
