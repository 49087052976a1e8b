"""Whatever a user calls a seed list is read, and one bad line harms no other."""

import io
from pathlib import Path

import pytest

from crawler.errors import SeedError
from crawler.seeds.reader import BadSeed, Seed, parse_list, read_seeds

NOTHING = io.BytesIO()


def uris(data: bytes) -> list[str]:
    return [seed.uri for seed in parse_list(data) if isinstance(seed, Seed)]


def test_a_url_is_a_seed() -> None:
    assert list(read_seeds("HTTP://Example.org/a b", NOTHING)) == [Seed("http://example.org/a%20b")]


def test_a_bad_line_is_named_and_the_rest_is_read() -> None:
    entries = list(
        parse_list(b"# mine\r\n\r\nhttp://a.example/\r\nnot a url\r\nhttps://b.example/x\r\n")
    )
    assert [type(entry) for entry in entries] == [Seed, BadSeed, Seed]
    assert (entries[1].line, entries[1].text) == (4, "not a url")  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_encoding(encoding: str) -> None:
    assert uris("# café\nhttp://a.example/é\n".encode(encoding)) == ["http://a.example/%C3%A9"]


def test_standard_input() -> None:
    assert list(read_seeds("-", io.BytesIO(b"http://a.example/\n"))) == [Seed("http://a.example/")]


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="neither a URL nor a file"):
        list(read_seeds(str(tmp_path / "none.txt"), NOTHING))


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot read"):
        list(read_seeds(str(tmp_path), NOTHING))


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><link>http://a.example/</link>
<item><link>http://a.example/1</link></item><item><link> http://a.example/2 </link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.example/"/>
<entry><link rel="edit" href="http://a.example/e"/><link href="http://a.example/1"/></entry>
<entry><link rel="alternate" href="http://a.example/2"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<item><link>http://a.example/1</link></item><item><link>http://a.example/2</link></item></rdf:RDF>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://a.example/1</loc></url><url><loc>http://a.example/2</loc></url></urlset>"""
JSON = (
    b'{"version": "x", "items": [{"url": "http://a.example/1"}, {"external_url": "http://a.example/2"}]}'
)


@pytest.mark.parametrize("feed", [RSS, ATOM, RDF, SITEMAP, JSON])
def test_feeds_and_sitemaps(feed: bytes) -> None:
    assert uris(feed) == ["http://a.example/1", "http://a.example/2"]


def test_a_feed_cannot_name_a_file_of_ours() -> None:
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b"<rss><channel><item><link>&x;</link></item></channel></rss>"
    )
    assert uris(evil) == []


@pytest.mark.parametrize("data", [b"", b"<", b"{", b"<html></html>", b"\x00\xff\xfe"])
def test_no_bytes_raise(data: bytes) -> None:
    assert uris(data) == []
