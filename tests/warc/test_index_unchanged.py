"""A 304 in the merged index plays what it confirmed, and can be read back as it was recorded."""

from __future__ import annotations

from pipelines.cdxj.unchanged import as_recorded, filename_in, playable


def line(moment: str, mime: str, status: str, digest: str, place: str, url: str = "a") -> bytes:
    where = f'"length": "9{place}", "offset": "{place}", "filename": "{place}.warc.gz"'
    told = (
        f'"url": "http://{url}/", "mime": "{mime}", "status": "{status}", "digest": "{digest}", {where}'
    )
    return f"{url})/ 2026{moment} {{{told}}}\n".encode()


FIRST = line("01", "text/html", "200", "sha1:A", "1")
UNCHANGED = line("02", "warc/revisit", "304", "sha1:A", "2")
SECOND = line("03", "text/html", "200", "sha1:B", "3")
AGAIN = line("04", "warc/revisit", "304", "sha1:B", "4")
PLAIN = line("05", "text/html", "304", "sha1:C", "5")
OTHER = line("06", "warc/revisit", "304", "sha1:A", "6", url="b")
COPY = line("07", "warc/revisit", "200", "sha1:A", "7", url="b")
ALL = [FIRST, UNCHANGED, SECOND, AGAIN, PLAIN, OTHER, COPY]


def test_the_line_points_at_what_was_confirmed() -> None:
    made = list(playable(ALL))
    assert made[1] == (
        b'a)/ 202602 {"url": "http://a/", "mime": "text/html", "status": "200", "digest": "sha1:A", '
        b'"length": "91", "offset": "1", "filename": "1.warc.gz", '
        b'"revisit.length": "92", "revisit.offset": "2", "revisit.filename": "2.warc.gz"}\n'
    )
    assert b'"filename": "3.warc.gz"' in made[3]
    assert [made[n] for n in (0, 2, 4, 5, 6)] == [FIRST, SECOND, PLAIN, OTHER, COPY]


def test_a_second_merge_changes_nothing_and_the_record_is_told_back() -> None:
    made = list(playable(ALL))
    assert list(playable(made)) == made
    assert list(map(as_recorded, made)) == ALL


def test_an_original_that_is_gone_leaves_the_line_as_it_was_recorded() -> None:
    made = list(playable(ALL))
    assert next(playable(made[1:])) == UNCHANGED


def test_the_file_of_a_line_is_that_of_its_own_record() -> None:
    made = list(playable(ALL))
    assert [filename_in(one) for one in made] == [f"{n}.warc.gz" for n in range(1, 8)]


def test_lines_of_one_moment_stay_sorted() -> None:
    same = sorted([FIRST, line("01", "warc/revisit", "304", "sha1:A", "2")])
    made = list(playable(same))
    assert made == sorted(made)
    assert sum(b"revisit.filename" in one for one in made) == 1
