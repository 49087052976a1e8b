"""A pattern of a scope file: text to what it names. `ValueError` says what is wrong with it."""

from __future__ import annotations

import re

from crawler.frontier.scope_rules import Beginning, Expression, Host, Pattern, SurtBeginning
from crawler.model import uri

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d+)?\Z|\[[0-9a-f:.]+\](:\d+)?\Z")
_SURT = re.compile(
    r"(?:https?://\()?(?P<labels>[^\s,/)(:]+(?:,[^\s,/)(:]+)*),?(?P<port>:\d+)?(?P<path>\)\S*)?\Z"
)
_WWW = re.compile(r"www\d*\Z")
# What may stand in an expression: an escape, a set, a group's head, its end, a repetition, any other.
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\((?:\?(?:<?[=!]|[:>]|P?<\w+>|[a-zA-Z-]+:))?)|(?P<close>\))|"
    r"(?P<many>[*+]|\{\d*,\d*\})(?P<greed>[?+]?)|.",
    re.DOTALL,
)
_GIVE_NOTHING_BACK = ("(?>", "(?=", "(?!", "(?<=", "(?<!")
_FEW = 10
"""A repetition that is bounded below this counts as none: what it can cost is small."""


def parse(text: str) -> Pattern:
    """What a pattern names: an expression, a beginning, a SURT beginning, or a host."""
    if not text:
        raise ValueError("what it names is missing")
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return _expression(text[1:-1])
    if "," in text and (match := _SURT.match(text.lower())):
        return _surt(match)
    if text.lower().startswith(("http://", "https://")):
        return Beginning(uri.normalise(text))
    return host(text)


def host(text: str) -> Host:
    """A host, with its port if it has one; a dot before it is allowed, as in cookies."""
    name = text.lower().lstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if _HOST.match(name):
        return Host(name)
    if name.startswith("*."):
        raise ValueError(f"write {name[2:]}: it means the host and all below it")
    raise ValueError("neither a host, nor a URL, nor a SURT, nor /a regular expression/")


def _surt(match: re.Match[str]) -> SurtBeginning:
    labels = match["labels"].split(",")
    if len(labels) > 1 and _WWW.match(labels[-1]):
        labels.pop()  # no key has it
    return SurtBeginning(",".join(labels) + "," + (match["port"] or "") + (match["path"] or ""))


def _expression(text: str) -> Expression:
    pattern = re.compile(text)
    if _repeats_within_a_repetition(text):
        raise ValueError(
            "a repetition within a repetition can take for ever on a URL that is made for it; "
            "write the outer one as ++ or *+, which never tries again"
        )
    return Expression(pattern)


def _repeats_within_a_repetition(text: str) -> bool:
    """Whether a group that repeats without bound has a repetition inside that gives back (``(a+)+``)."""
    around: list[tuple[str, bool]] = []
    inside = closed = False
    for token in _TOKEN.finditer(text):
        if token["open"]:
            around.append((token["open"], inside))
            inside = False
        elif token["close"] and around:
            kind, outer = around.pop()
            closed = inside and kind not in _GIVE_NOTHING_BACK
            inside = closed or outer
            continue
        elif token["many"] and _is_long(token["many"]) and token["greed"] != "+":
            if closed:
                return True
            inside = True
        closed = False
    return False


def _is_long(repetition: str) -> bool:
    if repetition in "*+":
        return True
    least, _, most = repetition[1:-1].partition(",")
    return not most or (int(most) >= _FEW and int(most) > int(least or 0))
