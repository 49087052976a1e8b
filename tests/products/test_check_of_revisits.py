"""Revisits that lead nowhere, or to what they may not, are found whatever lies in between."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from crawler.model import digest
from crawler.model.timestamp import to_warc_date
from pipelines.check import Counts, check, check_files

A, B = "https://news.example/a", "https://news.example/b"
BODY = b"<p>the same</p>"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Revisits:
    """A collection with one original, to which revisits of any kind are added."""

    def __init__(self, maker):
        self.maker = maker
        self.moment, self.original = maker.capture(A, body=BODY)

    def add(self, **changed):
        moment = self.maker.tick()
        fields = {
            "WARC-Profile": IDENTICAL,
            "WARC-Payload-Digest": digest.of(BODY),
            "WARC-Truncated": "length",
            "WARC-Refers-To": self.original,
            "WARC-Refers-To-Target-URI": A,
            "WARC-Refers-To-Date": to_warc_date(self.moment),
            "Content-Type": "application/http; msgtype=response",
        }
        fields |= {name.replace("_", "-"): value for name, value in changed.items()}
        fields = {name: value for name, value in fields.items() if value}
        return moment, self.maker.record("revisit", HEAD, moment, B, fields)

    def faults(self):
        self.maker.close()
        return [
            str(fault)
            for fault in check(self.maker.collection, Counts())
            if "index has not one line" not in fault.what
        ]


@pytest.fixture
def revisits(maker):
    return Revisits(maker)


def test_a_true_revisit_is_no_fault(revisits):
    revisits.add()
    revisits.add(WARC_Refers_To="")
    assert revisits.faults() == []


FAULTS = {
    "no such original": (
        {"WARC_Refers_To": "<urn:uuid:0>", "WARC_Refers_To_Target_URI": "https://gone.example/"},
        "the original of a revisit is not here: https://gone.example/ 20080404120002",
    ),
    "no such id, and nothing else": (
        {
            "WARC_Refers_To": "<urn:uuid:0>",
            "WARC_Refers_To_Target_URI": "",
            "WARC_Refers_To_Date": "",
        },
        "the original of a revisit is not here: urn:uuid:0",
    ),
    "another second": ({"WARC_Refers_To_Date": "2001-01-01T00:00:00Z"}, "name two records"),
    "another payload": ({"WARC_Payload_Digest": digest.of(b"x")}, "not the payload digest of its"),
    "no payload": ({"WARC_Payload_Digest": digest.of(b"")}, "a revisit of an empty payload"),
    "no profile": ({"WARC_Profile": ""}, "without WARC-Profile"),
    "no digest": ({"WARC_Payload_Digest": ""}, "without WARC-Payload-Digest"),
    "not marked": ({"WARC_Truncated": ""}, "not marked WARC-Truncated"),
    "no URI": ({"WARC_Refers_To_Target_URI": ""}, "without WARC-Refers-To-Target-URI and -Date"),
}


@pytest.mark.parametrize("why", FAULTS)
def test_what_is_wrong_with_a_revisit_is_said(revisits, why):
    changed, word = FAULTS[why]
    revisits.add(**changed)
    assert any(word in fault for fault in revisits.faults()), revisits.faults()


@pytest.mark.parametrize("known", ["id", "URI and date"])
def test_a_revisit_of_a_revisit(revisits, known):
    moment, record_id = revisits.add()
    more = {"WARC_Refers_To": record_id if known == "id" else ""}
    revisits.add(**more, WARC_Refers_To_Target_URI=B, WARC_Refers_To_Date=to_warc_date(moment))
    assert any("a revisit of a revisit" in fault for fault in revisits.faults())


def test_an_original_in_another_file_of_the_collection(revisits, maker, raw):
    """And none at all is a note where single files are checked, since it may be in another."""
    other = maker.warc.with_name("other.warc.gz")
    revisits.add(
        WARC_Refers_To="",
        WARC_Refers_To_Target_URI=A,
        WARC_Refers_To_Date="2008-04-04T12:00:00Z",
        WARC_Payload_Digest=digest.of(b"elsewhere"),
    )
    response = raw("response", HEAD + b"elsewhere")
    other.write_bytes(gzip.compress(raw("warcinfo", b"a: b\r\n")) + gzip.compress(response))
    assert revisits.faults() == []
    other.unlink()
    (fault,) = revisits.faults()
    assert "the original of a revisit is not here" in fault
    counts = Counts()
    found = [each.what for each in check_files([maker.warc], counts) if each.note]
    assert found == ["the original of a revisit is not here"]
    assert counts.faults == 0


def test_links_are_found_over_many_runs_on_disk(revisits, monkeypatch):
    monkeypatch.setattr("pipelines.cdxj.sorting.RUN_SIZE", 500)
    for number in range(50):
        revisits.add(WARC_Refers_To="<urn:uuid:0>" if number == 30 else "", WARC_Refers_To_Date="2001")
    faults = revisits.faults()
    assert len([fault for fault in faults if "is not here" in fault]) == 50


@pytest.mark.parametrize("body", [BODY, b"a moment later"])
def test_of_two_captures_in_one_second_that_with_the_payload_is_meant(revisits, maker, body):
    moment, later = maker.capture(
        A, body=b"a moment later", moment=revisits.moment + timedelta(microseconds=1)
    )
    original = {BODY: revisits.original, b"a moment later": later}[body]
    revisits.add(
        WARC_Refers_To=original,
        WARC_Refers_To_Date=to_warc_date(moment),
        WARC_Payload_Digest=digest.of(body),
    )
    assert revisits.faults() == []
