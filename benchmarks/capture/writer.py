"""Writing the records of one HTML page: warcio's writer and Clew's, on the same exchanges."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.capture import clew
from benchmarks.capture.figures import Benchmark, Contender, Figures, Target
from benchmarks.capture.page import page
from benchmarks.capture.samples import Sample, sample

CPU = "CPU us/page"
WARCIO = "warcio, record pair"
PAIR = "Clew, record pair (WarcFile)"
RECORDS = "Clew, all records (WarcFile)"
SINK = "Clew, all of it (CollectionSink)"
_RATIO = 1 / 6

Write = Callable[[Iterable[Sample], Path], None]


def benchmark(runs: int, pages: int, file: Path | None = None) -> Benchmark:
    """`pages` pages a run; `file` is a page to take in place of the made-up one."""
    links = [f"/news/2024/03/12/{number}" for number in range(30)]
    html = file.read_bytes() if file else page(1, links, ["/picture.jpg"])
    made = Benchmark(f"Writing a page of {len(html)} bytes", CPU, WARCIO)
    made.targets = [Target(name, WARCIO, _RATIO) for name in (PAIR, SINK)]
    writers: dict[str, Write] = {
        WARCIO: with_warcio,
        PAIR: clew.write_pairs,
        RECORDS: clew.write_records,
        SINK: clew.write_captures,
    }
    contenders: dict[str, Contender] = {
        name: partial(_measured, write, html, pages) for name, write in writers.items()
    }
    made.measure(contenders, runs)
    return made


def with_warcio(samples: Iterable[Sample], folder: Path) -> None:
    """As warcio's own documentation shows it: gzip and digests on."""
    with (folder / "warcio.warc.gz").open("wb") as output:
        writer = WARCWriter(output, gzip=True, warc_version="WARC/1.1")
        for one in samples:
            answer = StatusAndHeaders("200 OK", one.fields, protocol="HTTP/1.1")
            response = writer.create_warc_record(
                one.uri, "response", payload=BytesIO(one.body), http_headers=answer
            )
            asked = one.request.split(b"\r\n", 1)[0].decode()
            about = StatusAndHeaders(asked, one.request_fields, is_http_request=True)
            request = writer.create_warc_record(one.uri, "request", http_headers=about)
            writer.write_request_response_pair(request, response)


def _measured(write: Write, html: bytes, pages: int) -> Figures:
    samples = [sample(number, html) for number in range(pages)]
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as folder:
        begun = time.process_time()
        write(samples, Path(folder))
        spent = time.process_time() - begun
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.warc.gz"))
    return {CPU: 1e6 * spent / pages, "bytes/page": size / pages}
