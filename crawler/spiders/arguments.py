"""The arguments of a spider (``-a NAME=VALUE``), each error with the way out."""

from __future__ import annotations

from crawler.errors import UsageError
from crawler.frontier.scope import DEFAULT_HOPS

_FROM = {"memento": "-a archive=https://web.archive.org/web/ ", "warc": "-a source=news.warc.gz "}


def example(spider: str) -> str:
    """A command that works, for whoever gave no seeds."""
    from_where = _FROM.get(spider, "")
    return (
        f"for example: scrapy crawl {spider} {from_where}-a seeds=https://example.org/story "
        "-s OPERATOR='Your Name, you@example.org'"
    )


def flag(name: str, value: str) -> bool:
    """True or false. Raises `UsageError`."""
    if value.lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise UsageError(f"{name}={value!r} is neither true nor false", f"write -a {name}=true")
    return value.lower() in ("true", "1", "yes")


def word(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """One of the words `allowed`. Raises `UsageError`."""
    if value not in allowed:
        raise UsageError(f"{name}={value!r} is not known", f"write one of {', '.join(allowed)}")
    return value


def number(name: str, value: str) -> int:
    """A whole number. Raises `UsageError`."""
    if not value.isdigit():
        raise UsageError(f"{name}={value!r} is no whole number", f"write -a {name}={DEFAULT_HOPS}")
    return int(value)
