"""``scrapy collection`` and ``scrapy replay`` as people run them: real processes, real exit codes."""

import json
import socket

import pytest
from scrapy.cmdline import _iter_command_classes

from pipelines import report
from pipelines.graph import merge
from pipelines.records import read_records

A, B = "https://news.example/a", "https://news.example/b"


@pytest.fixture
def collection(maker):
    maker.page(A, "The first", B)
    maker.page(B, "The second")
    collection = maker.done()
    merge(collection)
    report.write(collection, {A: "archived"}, "finished")
    return collection


def one_line(done, code):
    """The run failed with `code` and one line that says why; that line."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("clew: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_what_the_commands_share_is_no_command():
    found = {each.__module__.rpartition(".")[2] for each in _iter_command_classes("crawler.commands")}
    assert {"collection", "replay"} <= found
    assert not [name for name in found if name.startswith("_")]


def test_list(collection, scrapy):
    done = scrapy("collection", "list", "--json")
    row = json.loads(done.stdout)
    assert (row["name"], row["stories"], row["captures"]) == ("news", 2, 2)
    assert row["bytes"] > 0
    assert row["last_crawl"].endswith("Z")
    assert "news" in scrapy("collection", "list").stdout


def test_list_without_any_collection(scrapy):
    done = scrapy("collection", "list")
    assert (done.returncode, done.stdout) == (0, "no collection yet\n")


def test_check_exits_0_or_9(collection, maker, scrapy):
    assert scrapy("collection", "check", "news").returncode == 0
    maker.warc.write_bytes(maker.warc.read_bytes()[:-20])
    done = scrapy("collection", "check", "news", "--json")
    assert "faults in collection 'news'" in one_line(done, 9) or "fault in" in one_line(done, 9)
    document = json.loads(done.stdout)
    assert document["faults"] == len(document["first_faults"]) > 0


@pytest.mark.parametrize("action", ["check", "index", "repair", "wacz", "graph", "report"])
def test_json_is_one_document_and_nothing_else(collection, scrapy, action):
    done = scrapy("collection", action, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["collection"] == "news"


def test_graph_and_report_are_written_again(collection, scrapy):
    for path in [*collection.graph.glob("*s.jsonl"), *collection.reports.glob("hosts.*")]:
        path.unlink()
    assert "2 stories" in scrapy("collection", "graph").stdout
    assert (collection.graph / "edges.jsonl").is_file()
    assert "Archived 2 stories" in scrapy("collection", "report").stdout
    assert (collection.reports / "hosts.json").is_file()


def test_wacz_without_a_warc_exits_22(collection, maker, scrapy):
    maker.warc.unlink()
    assert "no finished WARC" in one_line(scrapy("collection", "wacz"), 22)


def test_an_unknown_collection_exits_4(collection, scrapy):
    assert "no collection 'other'" in one_line(scrapy("collection", "check", "other"), 4)
    assert "not allowed" in one_line(scrapy("collection", "check", "news.de"), 4)
    assert "no file ../etc/x" in one_line(scrapy("collection", "check", "../etc/x"), 4)


def test_without_a_name_there_must_be_one_collection(collection, scrapy):
    (collection.root / "second" / "archive").mkdir(parents=True)
    done = scrapy("collection", "check")
    assert done.returncode == 2
    assert "several collections: news, second" in done.stderr


@pytest.mark.parametrize("words", [[], ["check", "--jsno"], ["list", "a"]])
def test_wrong_words_exit_2_and_show_the_usage(collection, scrapy, words):
    done = scrapy("collection", *words)
    assert done.returncode == 2
    assert "[NAME] [--json]" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_comes_later_says_so(collection, scrapy):
    assert "not there yet" in one_line(scrapy("collection", "purge", "news"), 2)


def test_a_bad_setting_exits_4(collection, scrapy):
    assert "DOWNLOAD_DELAY" in one_line(scrapy("collection", "check", "-s", "DOWNLOAD_DELAY=soon"), 4)


def test_index_is_written_anew_from_the_warcs(collection, scrapy):
    merged = collection.indexes / "index.cdxj"
    before = merged.read_text()
    merged.unlink()
    done = scrapy("collection", "index", "--json")
    assert json.loads(done.stdout)["captures"] == 2, done.stderr
    assert [path.name for path in collection.indexes.glob("*.cdxj")] == ["index.cdxj"]
    assert merged.read_text() == before
    assert "0 WARC files newly indexed" in scrapy("collection", "index").stdout


def test_repair_ends_what_a_dead_worker_left_and_no_others(collection, maker, scrapy):
    mine = maker.warc.with_name(maker.warc.name.replace("testhost", socket.gethostname()) + ".open")
    maker.warc.rename(mine)
    mine.write_bytes(mine.read_bytes()[:-10])
    (collection.indexes / "index.cdxj").unlink()
    other = maker.warc.with_name(maker.warc.name.replace("testhost", "elsewhere") + ".open")
    other.write_bytes(b"")
    done = scrapy("collection", "repair", "--json")
    document = json.loads(done.stdout)
    assert document["finished"] == [mine.name.removesuffix(".open")]
    assert document["left"] == [other.name]
    other.unlink()
    assert scrapy("collection", "check").returncode == 0
    assert "nothing to repair" in scrapy("collection", "repair").stdout


def test_repair_mends_a_finished_file_and_indexes_it_anew(collection, maker, scrapy):
    members = [record.offset for record in read_records(maker.warc)]
    data = maker.warc.read_bytes()
    # The request of the first page: its page is kept, and moves to no other place; the second does.
    hole = bytes(members[3] - members[2])
    maker.warc.write_bytes(data[: members[2]] + hole + data[members[3] :])
    assert scrapy("collection", "check").returncode == 9
    done = scrapy("collection", "repair", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["finished"], document["left"]) == (0, [], [])
    assert document["mended"][0]["holes"][0]["offset"] == members[2]
    assert document["mended"][0]["holes"][0]["length"] == len(hole)
    assert maker.warc.read_bytes() == data[: members[2]] + data[members[3] :]
    assert maker.warc.with_name(maker.warc.name + ".damaged").stat().st_size == len(data)
    assert scrapy("collection", "check").returncode == 0
    assert "nothing to repair" in scrapy("collection", "repair").stdout


def test_repair_names_what_it_cannot_mend(collection, maker, scrapy):
    (collection.archive / "other.warc.gz").write_bytes(b"no gzip")
    done = scrapy("collection", "repair")
    assert "1 file could not be mended" in one_line(done, 9)
    assert "other.warc.gz: left as it is: there is no whole record in it" in done.stdout


def test_compress_is_for_files(collection, scrapy):
    done = scrapy("collection", "repair", "news", "--compress")
    assert done.returncode == 2
    assert "--compress is for" in done.stderr
