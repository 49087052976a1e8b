"""Keys are those that indexers and viewers look for."""

import pytest

from crawler.model.surt import surt


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("http://www.Example.org:80/A/?b=2&a=1#x", "org,example)/a?a=1&b=2"),
        ("https://www2.example.org", "org,example)/"),
        ("https://example.org:8443/x/", "org,example:8443)/x"),
        ("http://example.org/?", "org,example)/"),
        ("http://example.org/?b&a=1&b=2&A=0", "org,example)/?a=0&a=1&b&b=2"),
        ("http://example.org/a/../b//./c", "org,example)/b/c"),
        ("http://example.org/caf%C3%A9%2541", "org,example)/caf%c3%a9a"),
        ("http://example.org/a%20b?c%26d=1", "org,example)/a%20b?c&d=1"),
        ("http://127.0.0.1:8907/A", "1,0,0,127:8907)/a"),
        ("http://e.org/?x=1&PHPSESSID=0123456789abcdef0123456789abcdef", "org,e)/?x=1"),
        ("urn:clew:edges:X", "urn:clew:edges:x"),
    ],
)
def test_keys(uri: str, key: str) -> None:
    assert surt(uri) == key
