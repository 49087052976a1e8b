"""Quotas as a pure rule: whose limit holds, and whether it is reached."""

import pytest

from crawler.config import Config
from crawler.errors import SettingError
from crawler.frontier.quota import HostQuota, Quotas
from crawler.model import size

QUOTAS = Quotas(
    host_pages=500,
    host_bytes=1000,
    hosts={"example.org": HostQuota(pages=20), "live.example.org:81": HostQuota(2, 7)},
)


@pytest.mark.parametrize(
    ("host", "quota"),
    [
        ("else.net", HostQuota(500, 1000)),
        ("example.org", HostQuota(20, 1000)),
        ("www.example.org", HostQuota(20, 1000)),
        ("live.example.org:80", HostQuota(20, 1000)),
        ("live.example.org:81", HostQuota(2, 7)),
        ("badexample.org", HostQuota(500, 1000)),
        ("[::1]:80", HostQuota(500, 1000)),
    ],
)
def test_the_longest_name_of_a_host_counts(host, quota):
    assert QUOTAS.of(host) == quota


def test_an_address_is_no_part_of_another():
    quotas = Quotas(hosts={"0.1": HostQuota(1), "127.0.0.1": HostQuota(3)})
    assert quotas.of("127.0.0.1:8080") == HostQuota(3)
    assert quotas.of("10.0.0.1") == HostQuota()


@pytest.mark.parametrize(
    ("pages", "bytes_", "reached"),
    [
        (19, 999, ""),
        (20, 0, "example.org has 20 of 20 pages"),
        (25, 2000, "example.org has 25 of 20 pages"),
        (0, 1000, "example.org has 1,000 of 1,000 bytes"),
    ],
)
def test_a_quota_is_reached_when_it_is_full(pages, bytes_, reached):
    assert QUOTAS.of_host("example.org", pages, bytes_) == reached


def test_nothing_is_reached_where_nothing_is_limited():
    assert Quotas().of_crawl(10**12, 10**18) == ""
    assert Quotas().of_host("a", 10**12, 10**18) == ""
    assert Quotas(bytes=10).of_crawl(10**12, 9) == ""
    assert Quotas(bytes=10).of_crawl(0, 10) == "the crawl has 10 of 10 bytes"


def test_of_two_limits_the_smaller_holds():
    config = Config(pages_most=10, bytes_most=500, host_pages_most=7)
    both = QUOTAS.within(Quotas.of_config(config))
    assert (both.pages, both.bytes, both.host_pages, both.host_bytes) == (10, 500, 7, 1000)
    assert both.of("example.org") == HostQuota(20, 1000)  # a line for a host is what it is for


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [("0", 0), ("500", 500), ("50G", 50 * 10**9), ("1.5 MiB", 3 << 19), ("2ki", 2048), ("7kB", 7000)],
)
def test_a_size_as_people_write_it(text, bytes_):
    assert size.parse(text) == bytes_


@pytest.mark.parametrize("text", ["", "G", "-1", "5X", "1e3", "5 G G", "٣"])
def test_what_is_no_size_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="50G"):
        size.parse(text)


def test_a_setting_takes_a_size():
    class Said:
        def get(self, name, default=None):
            return {"BYTES_MOST": "5G"}.get(name, "lots")

        def getpriority(self, name):
            return 40 if name in self.set else 0

    said = Said()
    said.set = {"BYTES_MOST"}
    assert Config.from_settings(said).bytes_most == 5 * 10**9
    said.set = {"HOST_BYTES_MOST"}
    with pytest.raises(SettingError, match=r"HOST_BYTES_MOST.*50G"):
        Config.from_settings(said)
