"""Whole crawls with cookies, headers, logins and proxies; no secret is left behind anywhere."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.download.forward_proxy import ForwardProxy
from tests.download.listening import Listening

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = b"<html><title>A story</title><body><h1>A story</h1><p>Told.</p></body></html>"
SECRETS = (b"hunter2", b"aHVudGVyMg", b"dTpodW50ZXIy")  # as it is, and within base64


class NewsSite(Listening):
    """``/`` moves to ``/story`` and sets a cookie; `elsewhere` is where ``/away`` moves to."""

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__()
        self.heads: list[bytes] = []
        self._elsewhere = elsewhere

    @property
    def url(self) -> str:
        return self.root

    def head(self, path: str) -> bytes:
        """The one request for `path`."""
        (found,) = [
            head for head in self.heads if head.startswith(b"GET %b HTTP/1.1\r\n" % path.encode())
        ]
        return found

    async def converse(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            writer.write(self._answer(head.split(b" ")[1].decode()))

    def _answer(self, path: str) -> bytes:
        if path == "/":
            fields = b"Location: /story\r\nSet-Cookie: hop=1; Path=/\r\nSet-Cookie: seen=2\r\n"
        elif path == "/away":
            fields = b"Location: %b\r\n" % self._elsewhere.encode()
        elif path == "/story":
            fields = b"Content-Type: text/html\r\n"
        else:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        status = b"200 OK" if path == "/story" else b"302 Found"
        body = PAGE if path == "/story" else b""
        return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, fields, len(body), body)


async def crawl(
    crawler_in: Any, *words: str, code: int = 0, spider: str = "story", **settings: object
) -> str:
    """What a crawl into the collection x printed; it has left no secret, and no traceback."""
    given = {"DOWNLOAD_DELAY": 0, "RETRY_TIMES": 0, **settings}
    done: subprocess.CompletedProcess[str] = await asyncio.to_thread(
        crawler_in.run, *words, "collection=x", spider=spider, **given
    )
    assert done.returncode == code, done.stderr
    printed = done.stdout + done.stderr
    left = [
        printed.encode(),
        *(path.read_bytes() for path in crawler_in.folder.rglob("*") if path.is_file()),
    ]
    left += [gzip.decompress(data) for data in left if data[:2] == b"\x1f\x8b"]
    assert [secret for secret in SECRETS for data in left if secret in data] == []
    assert "Traceback" not in printed
    return printed


def records(crawler_in: Any, kind: str) -> Iterator[tuple[str, Any, bytes]]:
    """Target URI, header fields and block of each record of a kind."""
    for path in (crawler_in.folder / "x" / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                if record.rec_type == kind:
                    fields = record.rec_headers
                    yield fields.get_header("WARC-Target-URI"), fields, record.raw_stream.read()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    return write


async def test_cookies_of_a_file_and_of_a_redirect_are_sent_to_its_target(
    crawler_in: Any, write: Any
) -> None:
    path = write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\thunter2\n")
    async with NewsSite() as site:
        await crawl(crawler_in, f"seeds={site.url}/", COOKIES_FILE=path)
    sent = {
        uri.removeprefix(site.url): (fields, block)
        for uri, fields, block in records(crawler_in, "request")
    }
    assert b"\r\nCookie: sid=hunter2\r\n" in site.head("/robots.txt")
    assert b"\r\nCookie: sid=hunter2; hop=1; seen=2\r\n" in site.head("/story")
    fields, block = sent["/story"]
    assert block == site.head("/story").replace(b"hunter2", b"*******")
    assert fields.get_header("WARC-Clew-Redacted") == "Cookie"
    answers = {uri.removeprefix(site.url): block for uri, _, block in records(crawler_in, "response")}
    assert b"\r\nSet-Cookie: hop=1; Path=/\r\nSet-Cookie: seen=2\r\n" in answers["/"]


async def test_without_a_word_no_cookie_is_sent(crawler_in: Any) -> None:
    async with NewsSite() as site:
        await crawl(crawler_in, f"seeds={site.url}/")
    assert b"Cookie" not in b"".join(site.heads)


async def test_a_login_goes_to_its_host_and_no_redirect_takes_it_along(
    crawler_in: Any, write: Any
) -> None:
    text = (
        '["127.0.0.1"]\nlogin = "u:hunter2"\nX-Key = "hunter2"\nsecret = ["X-Key"]\n["*"]\nX-All = "1"\n'
    )
    async with NewsSite() as other, NewsSite(f"http://localhost:{other.port}/story") as site:
        seed = site.url.replace("//", "//user:hunter2@") + "/away"
        settings = {
            "HEADERS_FILE": write("headers.toml", text),
            "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8,::1",
        }
        printed = await crawl(crawler_in, f"seeds={seed}", **settings)
    assert b"\r\nAuthorization: Basic dTpodW50ZXIy\r\n" in site.head("/away")
    assert b"\r\nX-Key: hunter2\r\n" in site.head("/away")
    assert b"\r\nX-All: 1\r\n" in other.head("/story")
    assert [head for head in other.heads if b"Authorization" in head or b"X-Key" in head] == []
    assert f"seed {site.url}/away: the login in it is not sent" in printed
    redacted = [
        fields.get_header("WARC-Clew-Redacted") for _, fields, _ in records(crawler_in, "request")
    ]
    assert len(redacted) == 4
    assert redacted.count(None) == 2


@pytest.mark.parametrize("scheme", ["http", "ftp"])
async def test_a_login_in_a_redirect_is_not_taken_over(scheme: str, crawler_in: Any) -> None:
    """What the site said stands in the WARC; no URL, log or report has it."""
    async with (
        NewsSite() as other,
        NewsSite(f"{scheme}://u:pw4all@127.0.0.1:{other.port}/story") as site,
    ):
        code = 0 if scheme == "http" else 9
        printed = await crawl(crawler_in, f"seeds={site.url}/away", code=code)
    assert len(other.heads) == (2 if scheme == "http" else 0)
    assert b"Authorization" not in b"".join(other.heads)
    told = [
        path for path in (crawler_in.folder / "x").rglob("*") if path.is_file() and path.suffix != ".gz"
    ]
    assert {path.parent.name for path in told} >= {"logs", "reports", "indexes"}
    assert [path for path in told if b"pw4all" in path.read_bytes()] == []
    assert "pw4all" not in printed
    uris = [
        uri for kind in ("request", "response", "metadata") for uri, _, _ in records(crawler_in, kind)
    ]
    assert [uri for uri in uris if "pw4all" in uri] == []


async def test_scrapys_own_login_keeps_working(crawler_in: Any) -> None:
    login = {"HTTPAUTH_USER": "u", "HTTPAUTH_PASS": "hunter2"}
    async with NewsSite() as site:
        login["HTTPAUTH_DOMAIN"] = f"127.0.0.1:{site.port}"
        await crawl(crawler_in, f"seeds={site.url}/story", LOG_LEVEL="DEBUG", **login)
    assert b"\r\nAuthorization: Basic dTpodW50ZXIy\r\n" in site.head("/story")
    blocks = [block for _, _, block in records(crawler_in, "request")]
    assert all(b"\r\nAuthorization: ******************\r\n" in block for block in blocks)


OWN_SPIDER = """
from crawler.spiders.story import StorySpider
class Own(StorySpider):
    name, http_user, http_pass, http_auth_domain = "own", "u", "hunter2", None
    def request(self, item):
        return super().request(item).replace(cookies={"sid": "hunter2"}, headers={"X-Own": "1"})
"""


async def test_what_a_spider_of_the_operators_sets_is_sent_and_its_secrets_are_not_kept(
    crawler_in: Any, write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("ownspider.py", OWN_SPIDER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with NewsSite() as site:
        await crawl(
            crawler_in,
            f"seeds={site.url}/",
            spider="own",
            SPIDER_MODULES="ownspider",
            COOKIES_ENABLED=True,
        )
    head = site.head("/story")
    lines = (b"X-Own: 1", b"Authorization: Basic dTpodW50ZXIy", b"Cookie: sid=hunter2; hop=1; seen=2")
    assert [line for line in lines if line not in head.split(b"\r\n")] == []
    block = next(block for uri, _, block in records(crawler_in, "request") if uri.endswith("/story"))
    starred = head.replace(b"sid=hunter2", b"sid=*******").replace(b"Basic dTpodW50ZXIy", b"*" * 18)
    assert block == starred


async def test_a_crawl_through_a_proxy_says_so_in_every_record(crawler_in: Any) -> None:
    async with NewsSite() as site, ForwardProxy() as proxy:
        login = f"http://u:hunter2@127.0.0.1:{proxy.port}"
        await crawl(crawler_in, f"seeds={site.url}/", PROXY=login)
    assert len(proxy.heads) == len(site.heads) == 3
    blocks = sorted(block for _, _, block in records(crawler_in, "request"))
    line = b"Proxy-Authorization: Basic dTpodW50ZXIy\r\n"
    assert blocks == sorted(head.replace(line, b"") for _, head in proxy.heads)
    for kind in ("request", "response"):
        assert all(
            not fields.get_header("WARC-IP-Address") for _, fields, _ in records(crawler_in, kind)
        )
    notes = [block for _, _, block in records(crawler_in, "metadata") if b"fetchTimeMs" in block]
    assert [f"proxy: 127.0.0.1:{proxy.port}".encode() in note for note in notes] == [True] * 3


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_proxy_of_the_environment_is_used_and_told_of_once(
    enabled: bool, crawler_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with NewsSite() as site, ForwardProxy({"only-there.invalid": site.port}) as proxy:
        monkeypatch.setenv("http_proxy", f"http://u:hunter2@127.0.0.1:{proxy.port}")
        printed = await crawl(
            crawler_in,
            "seeds=http://only-there.invalid/story",
            code=0 if enabled else 9,
            OPERATOR="a test",
            HTTPPROXY_ENABLED=enabled,
        )
    assert printed.count(f"http through 127.0.0.1:{proxy.port}") == int(enabled)
    assert len(proxy.heads) == (2 if enabled else 0)


async def test_a_failed_handshake_is_one_line_and_no_capture(crawler_in: Any) -> None:
    async with NewsSite() as site:
        seed = f"https://127.0.0.1:{site.port}/"
        await crawl(crawler_in, f"seeds={seed}", code=9, ROBOTSTXT_OBEY=False, DOWNLOAD_TIMEOUT=2)
    (line,) = crawler_in.lines("x", "logs/*.log")
    assert (line["url"], line["outcome"], line["status"]) == (seed, "failed", None)
    assert list(records(crawler_in, "request")) == []


@pytest.mark.parametrize(
    ("setting", "text", "told"),
    [
        ("HEADERS_FILE", '["a.org"]\nX = "hunter2\n', "line 2"),
        ("COOKIES_FILE", "a.org hunter2\n", "line 1"),
        ("TLS_CA_FILE", "hunter2", "TLS_CA_FILE"),
    ],
)
async def test_a_bad_file_is_one_line_and_exit_4(
    setting: str, text: str, told: str, crawler_in: Any, write: Any
) -> None:
    path = write("file", text)
    printed = await crawl(crawler_in, "seeds=http://127.0.0.1:9/", code=4, **{setting: path})
    assert len(printed.strip().splitlines()) == 1
    assert told in printed


async def test_one_page_is_read_with_what_the_operator_supplies(write: Any) -> None:
    """`scrapy related URL` fetches by the same rules."""
    headers = write("headers.toml", '["*"]\nlogin = "u:hunter2"\n')
    cookies = write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\thunter2\n")
    command = [sys.executable, "-m", "scrapy", "related", "--json"]
    settings = ["-s", f"HEADERS_FILE={headers}", "-s", f"COOKIES_FILE={cookies}"]
    settings += ["-s", "ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8"]
    async with NewsSite() as site:
        done = await asyncio.to_thread(
            subprocess.run, [*command, site.url + "/story", *settings], capture_output=True, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        assert b"\r\nAuthorization: Basic dTpodW50ZXIy\r\n" in site.head("/story")
        assert b"\r\nCookie: sid=hunter2\r\n" in site.head("/story")
    headers.write_text('["*"]\nlogin = "hunter2"\n')
    done = await asyncio.to_thread(
        subprocess.run, [*command, site.url + "/story", *settings], capture_output=True, cwd=ROOT
    )
    assert done.returncode == 4
    assert b"no colon" in done.stderr
    assert b"hunter2" not in done.stdout + done.stderr


async def test_a_bad_proxy_is_one_line_and_exit_4(crawler_in: Any) -> None:
    printed = await crawl(
        crawler_in, "seeds=http://127.0.0.1:9/", code=4, PROXY="socks5://u:hunter2@127.0.0.1:9"
    )
    assert len(printed.strip().splitlines()) == 1
    assert "PROXY is no proxy" in printed
