"""What HEADERS_FILE says is sent to whom it says, and its secrets are never written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request

from crawler.config import Config
from crawler.download import supplied
from crawler.download.headers_file import HeadersFile
from crawler.download.origin import Origin
from crawler.errors import SettingError
from tests.download.misbehaving import Server

Make = Callable[..., Any]


def of(path: Path, url: str) -> dict[bytes, bytes]:
    return dict(HeadersFile.read(path).supplied(Origin.parse(url)).fields)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "headers.toml"
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        return path

    return write


async def test_secrets_are_sent_and_starred_in_the_record(
    write: Callable[[str], Path], server: Server, make_handler: Make
) -> None:
    path = write(
        '["127.0.0.1"]\nlogin = "user:p\u00e4ss"\nCookie = "session=1; b=2"\nX-Api-Key = "hunter2"\n'
        'x-PLAIN = "seen"\nAccept-Language = "de"\nsecret = ["x-api-KEY"]\n'
    )
    handler = make_handler(headers_file=path)
    headers = {"Accept-Language": "en", "X-Own": "1"}
    await handler.download_request(Request(server.url("/whole"), headers=headers))
    sent, capture = server.requests[0][1], handler.sink.captures[0]
    assert sent == (
        b"GET /whole HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Language: de\r\nX-Own: 1\r\n"
        b"Cookie: session=1; b=2\r\nX-Api-Key: hunter2\r\nx-PLAIN: seen\r\n"
        b"Authorization: Basic dXNlcjpww6Rzcw==\r\n\r\n" % server.port
    )
    assert capture.request == (
        sent.replace(b"session=1; b=2", b"*" * 14)
        .replace(b"hunter2", b"*" * 7)
        .replace(b"Basic dXNlcjpww6Rzcw==", b"*" * 22)
    )
    assert capture.redacted == ("Cookie", "X-Api-Key", "Authorization")


async def test_a_field_named_secret_is_starred_whoever_sets_it(
    write: Callable[[str], Path], server: Server, make_handler: Make
) -> None:
    handler = make_handler(headers_file=write('["*"]\nsecret = ["X-Token"]\n'))
    headers = {"X-Token": "hunter2", "Authorization": "Bearer hunter2"}
    await handler.download_request(Request(server.url("/whole"), headers=headers))
    assert server.requests[0][1].count(b"hunter2") == 2
    assert b"hunter2" not in handler.sink.captures[0].request
    assert handler.sink.captures[0].redacted == ("X-Token", "Authorization")


async def test_an_authorization_that_a_request_brings_itself_stays(
    write: Callable[[str], Path], server: Server, make_handler: Make
) -> None:
    handler = make_handler(headers_file=write('["*"]\nlogin = "a:b"\n'))
    headers = {"Authorization": "Bearer own"}
    await handler.download_request(Request(server.url("/whole"), headers=headers))
    assert server.requests[0][1].count(b"Authorization: ") == 1
    assert b"Authorization: Bearer own\r\n" in server.requests[0][1]


async def test_a_secret_that_also_stands_elsewhere_is_starred_in_its_field_only(
    write: Callable[[str], Path], server: Server, make_handler: Make
) -> None:
    handler = make_handler(headers_file=write('["*"]\nCookie = "1"\nX-One = "1"\n'))
    body = b"Cookie: 1\r\n\r\nCookie: 1"
    request = Request(server.url("/whole?Cookie:1"), method="POST", body=body)
    await handler.download_request(request)
    recorded = handler.sink.captures[0].request
    assert recorded.startswith(b"POST /whole?Cookie:1 HTTP/1.1\r\n")
    assert b"\r\nCookie: *\r\nX-One: 1\r\n" in recorded
    assert recorded.endswith(b"\r\n\r\n" + body)


def test_the_most_specific_host_counts_and_no_other_gets_anything(write: Callable[[str], Path]) -> None:
    path = write(
        '["*"]\nX-A = "all"\nX-B = "all"\nX-C = "all"\n["example.org"]\nX-B = "site"\nX-C = "site"\n'
        'Authorization = "s"\n["NEWS.example.org"]\nx-c = "news"\n'
    )
    assert of(path, "https://news.example.org/") == {
        b"X-A": b"all", b"X-B": b"site", b"x-c": b"news", b"Authorization": b"s",
    }  # fmt: skip
    assert of(path, "https://example.org/")[b"X-C"] == b"site"
    for other in ("notexample.org", "example.org.evil.net", "org", "evil.net"):
        assert of(path, f"https://{other}/") == {b"X-A": b"all", b"X-B": b"all", b"X-C": b"all"}


def test_secrets_go_in_the_clear_only_where_the_entry_says_so(
    write: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    path = write(
        '["example.org"]\nX-A = "1"\nlogin = "u:hunter2"\nCookie = "c"\nX-K = "k"\nsecret = ["X-K"]\n'
        '["open.example.org"]\nhttp = true\nCookie = "d"\n["*"]\nlogin = "v:w"\n'
    )
    assert set(of(path, "https://example.org/")) == {b"X-A", b"Authorization", b"Cookie", b"X-K"}
    file = HeadersFile.read(path)
    for _ in range(2):
        fields = file.supplied(Origin.parse("http://example.org/")).fields
        assert dict(fields) == {b"X-A": b"1"}
    assert len(caplog.records) == 1
    assert "http = true" in caplog.text
    assert "hunter2" not in caplog.text
    assert of(path, "http://open.example.org/") == {b"X-A": b"1", b"Cookie": b"d"}
    for local in ("localhost", "127.0.0.1:8080", "[::1]"):
        assert b"Authorization" in of(path, f"http://{local}/")
    assert of(path, "http://127.0.0.1.evil.net/") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('["a.org"]\nX = "hunter2\n', "line 2"),
        ('Authorization = "hunter2"\n', "under no host"),
        ('[example.org]\nX = "hunter2"\n', 'write it in quotes: ["example.org"]'),
        ('["a.org"]\nX = 1\n', "X is no text"),
        ('["a.org"]\nX = ["hunter2"]\n', "X is no text"),
        ('["a.org"]\nX = "hunter2\\r\\nEvil: 1"\n', "X has a line end"),
        ('["a.org"]\nX = "hunter2\\u0000"\n', "X has a line end or another control"),
        ('["a.org"]\n"X Y" = "hunter2"\n', "'X Y' is no field name"),
        ('["a.org"]\nX-A = "hunter2"\nx-a = "hunter2"\n', "x-a twice"),
        ('["a.org"]\nlogin = "hunter2"\n', "no colon"),
        ('["a.org"]\nlogin = "u:hunter2"\nAuthorization = "hunter2"\n', "keep one"),
        ('["a.org"]\nsecret = "hunter2"\n', "secret is no list"),
        ('["a.org"]\nhttp = "hunter2"\n', "http is neither"),
        ('["a.org"]\nContent-Length = "9"\n', "Clew writes itself"),
        ('["a.org"]\nProxy-Authorization = "hunter2"\n', "Clew writes itself"),
    ],
)
def test_what_is_wrong_is_one_line_without_a_value(
    text: str, told: str, write: Callable[[str], Path]
) -> None:
    path = write(text)
    with pytest.raises(SettingError) as error:
        supplied.check(Config(headers_file=path))
    line = str(error.value)
    assert line.startswith(f"HEADERS_FILE {path}")
    assert told in line
    assert "hunter2" not in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["headers_file", "cookies_file"])
def test_a_file_that_is_not_there_or_no_text_is_one_line(name: str, tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(SettingError, match="cannot be read"):
            supplied.check(Config(**{name: path}))
    (tmp_path / "bytes").write_bytes(b'["a"]\nX = "hunter2\xff"')
    with pytest.raises(SettingError, match="is not UTF-8") as error:
        supplied.check(Config(**{name: tmp_path / "bytes"}))
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("name", ["headers_file", "cookies_file"])
def test_a_file_that_everybody_can_read_is_told_of(name: str, write: Callable[[str], Path]) -> None:
    path = write("")
    assert list(supplied.remarks(Config(**{name: path}))) == []
    path.chmod(0o644)
    (line,) = supplied.remarks(Config(**{name: path}))
    assert line.startswith(f"{name.upper()} {path} can be read by everybody")


async def test_a_login_in_a_url_is_neither_sent_nor_written(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    url = f"http://user:hunter2@127.0.0.1:{server.port}"
    await handler.download_request(Request(f"{url}/whole@a"[:-2]))
    with pytest.raises(Exception) as failure:
        await handler.download_request(Request(f"{url}/nothing"))
    assert "hunter2" not in str(failure.value)
    assert str(failure.value).startswith(server.url("/nothing"))
    assert [sent for _, sent in server.requests if b"uthorization" in sent or b"hunter2" in sent] == []
    assert [capture.uri for capture in handler.sink.captures] == [
        server.url("/whole"),
        server.url("/nothing"),
    ]
