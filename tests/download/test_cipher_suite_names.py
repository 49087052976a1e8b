"""OpenSSL's cipher suites under the names that IANA gives them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from crawler.download.tls import iana_name


def test_names_that_are_common_or_odd() -> None:
    assert iana_name("TLS_AES_256_GCM_SHA384") == "TLS_AES_256_GCM_SHA384"
    assert iana_name("ECDHE-RSA-AES128-GCM-SHA256") == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert iana_name("AES128-SHA") == "TLS_RSA_WITH_AES_128_CBC_SHA"
    assert iana_name("ECDHE-ARIA256-GCM-SHA384") == "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"


def test_every_suite_that_a_certificate_carries() -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    words = [openssl, "ciphers", "-stdname", "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0"]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    names = [(line.split()[2], line.split()[0]) for line in lines]
    assert len(names) > 20
    assert [(ours, iana_name(ours), iana) for ours, iana in names if iana_name(ours) != iana] == []
