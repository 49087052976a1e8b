"""Writes the reference pages of ``docs/`` from the code: ``make docs``. A test fails when they drift."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from crawler import config, errors
from crawler.model import log

DOCS = Path(__file__).parents[2] / "docs"
_MEMBER = re.compile(r'    [A-Z_]+ = "(?P<word>[^"]+)"\n    """(?P<text>[^"]+)"""')

EXIT_CODES = {
    0: "Finished.",
    1: "An unexpected error; the log has more.",
    2: "The words of the command line do not fit the command.",
    3: "The disk is full; nothing is half written, and the same command goes on.",
    4: "An invalid setting, seed list or host rule, or an unknown collection.",
    8: "Redis did not answer within `REDIS_GRACE`, refuses this crawl, or is not the one in which it began; "
    "or a part of a queue that waited on disk is lost.",
    9: "No seed could be archived, or a check found what it looks for.",
    11: "Stopped by SIGINT or SIGTERM; everything is safe, and the same command goes on.",
    12: "The limit on failed pages was reached.",
    13: "Broken off by a second signal; what was in flight is fetched again.",
    14: "The size limit was reached.",
    15: "The time limit or another `CLOSESPIDER_*` limit was reached.",
    16: "The limit on disk use was reached.",
    18: "A web archive refused too often in a row (`RATE_LIMITED_MOST`); some hours later the same command goes on.",
    20: "Another run of the same job holds the lock.",
    22: "A package could not be written or uploaded.",
}


def settings_page() -> str:
    """``docs/settings.md``."""
    rows = [
        f"| `{name}` | {_value(config.defaults()[name])} | {meaning} |"
        for name, meaning in config.meanings().items()
    ]
    head = "# Settings\n\nSet them with `-s NAME=VALUE`, or in a settings module of your own.\n\n"
    return head + "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows]) + "\n"


def exit_codes_page() -> str:
    """``docs/exit-codes.md``."""
    rows = [f"| {code.value} | {EXIT_CODES[code.value]} |" for code in errors.ExitCode]
    tail = (
        "\nEvery code but 0 comes with one line that says why and what to do. Where several workers end\n"
        "differently (`WORKERS=N`), the lowest code that is not 0 wins, but 13 before 11.\n"
    )
    return "# Exit codes\n\n" + "\n".join(["| code | meaning |", "|---|---|", *rows]) + "\n" + tail


def crawl_log_page() -> str:
    """``docs/crawl-log.md``."""
    words = [m.groupdict() for m in _MEMBER.finditer(inspect.getsource(log.Outcome))]
    rows = [f"| `{m['word']}` | {' '.join(m['text'].split())} |" for m in words]
    head = (
        "# The crawl log\n\n`logs/crawl-HOST-PID.log` has one JSON object a line: `ts` (when the exchange\n"
        "began), `url`, `status` (the HTTP status or null), `outcome`, `via`, `hops`; and where there is one\n"
        "`warc` and `offset` (where the first record stands), `digest` (of the payload), `truncated`,\n"
        "`reason`, and `source`: the address of the memento, or of the file, that an archived capture was "
        "taken from.\n\n"
    )
    return head + "\n".join(["| outcome | meaning |", "|---|---|", *rows]) + "\n"


PAGES = {
    "settings.md": settings_page,
    "exit-codes.md": exit_codes_page,
    "crawl-log.md": crawl_log_page,
}


def _value(value: object) -> str:
    text = (
        ", ".join(map(str, value)) if isinstance(value, tuple) else str("" if value is None else value)
    )
    return f"`{text}`" if text else "empty"


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
