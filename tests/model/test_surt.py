"""Keys are those that indexers and viewers look for: each was given by the `surt` package of PyPI."""

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
        ("http://e.org/?x=1&PHPSESSID=0123456789abcdef0123456789abcdef", "org,e)/?&x=1"),
        ("HTTP://User:Pass@WWW3.Example.org./A", "org,example)/a"),
        ("http://b\u00fccher.example/\u00c9", "example,xn--bcher-kva)/%c3%89"),
        ("http://e.org:443/", "org,e:443)/"),
        ("https://e.org:443/", "org,e)/"),
        ("http://e.org:/", "org,e)/"),
        ("http://2130706433/", "1,0,0,127)/"),
        ("http://0177.0.0.1/", "1,0,0,127)/"),
        ("http://127.1/", "1,0,0,127)/"),
        ("http://999.1.1.1/", "1,1,1,999)/"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1)/"),
        ("http://e%2Eorg/", "org,e)/"),
        ("http://http://e.org/", "org,e)/"),
        ("http:////e.org/a", "org,e)/a"),
        ("http://e.org:99999/A", "http://e.org:99999/A"),
        ("http://e.org/a/b/../../../../c", "org,e)/c"),
        ("http://e.org/a//../b/", "org,e)/a/b"),
        ("http://e.org/a/.", "org,e)/a"),
        ("http://e.org/?a=&a&A=1&&", "org,e)/?&&a&a=&a=1"),
        ("http://e.org/x?a=1&sid=0123456789abcdef0123456789abcdef&b=2", "org,e)/x?a=1&b=2"),
        ("http://e.org/?xsid=0123456789ABCDEF0123456789abcdef", "org,e)/?x"),
        ("http://e.org/(S(0123456789abcdef01234567))/p.aspx", "org,e)/p.aspx"),
        ("http://e.org/(0123456789abcdef01234567)/p.aspx?x", "org,e)/p.aspx?x"),
        ("http://e.org/(0123456789abcdef01234567)/p.html", "org,e)/(0123456789abcdef01234567)/p.html"),
        ("http://e.org/?cfid=1&cftoken=2&x", "org,e)/?x"),
        ("http://e.org/\u212a", "org,e)/%e2%84%aa"),
        ("http://e.org/a b?c d", "org,e)/a%20b?c%20d"),
        ("http://e.org/%E9%zz", "org,e)/%e9%25zz"),
        ("http://e.org/.well-known/x", "org,e)/.well-known/x"),
        ("http://www.com/", "com)/"),
        ("http://www./", "www)/"),
        ("http://e.org?q", "org,e)/?q"),
        ("urn:clew:page:X", "urn:clew:page:x"),
    ],
)
def test_keys(uri: str, key: str) -> None:
    assert surt(uri) == key
