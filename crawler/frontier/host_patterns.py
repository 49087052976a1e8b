"""The names of ``hosts.yaml``: which hosts each stands for, and which of them is the most exact.

===================  ==========================================================================
name                 stands for
===================  ==========================================================================
``a.example:8080``   this host on this port
``a.example``        this host on any port
``*.example:8080``   hosts below ``example`` on this port, and not ``example`` itself
``*.example``        hosts below it on any port; of two such names the longer one is more exact
``/expression/``     hosts (``host[:port]``) in which it is found; the first in the file counts most
``*``                every host
===================  ==========================================================================

An address may stand where a host may.
"""

from __future__ import annotations

import re

from crawler.frontier import scope_patterns
from crawler.frontier.scope_rules import Expression
from crawler.frontier.site import names_of

ALL = "*"
_BELOW = "*."


def normal(text: str) -> str:
    """The name as it is looked up: lower case, IDNA. Raises `ValueError` where it is none."""
    if text == ALL or is_expression(text):
        if text != ALL:
            expression(text)
        return text
    below = text.startswith(_BELOW)
    name = text.removeprefix(_BELOW)
    if name.startswith("."):
        raise ValueError(f"write *{name} for the hosts below it")
    if "/" in name or "*" in name:
        raise ValueError("write host, host:port, *.host, or /a regular expression/")
    return (_BELOW if below else "") + scope_patterns.host(name).name


def is_expression(text: str) -> bool:
    """Whether the name is a regular expression between slashes."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def expression(text: str) -> re.Pattern[str]:
    """The pattern of such a name. Raises `ValueError`, also for one that might take for ever."""
    try:
        pattern = scope_patterns.parse(text)
    except re.error as error:
        raise ValueError(str(error)) from error
    assert isinstance(pattern, Expression)
    return pattern.pattern


def names_for(host: str) -> list[str]:
    """The names without an expression that stand for ``host[:port]``, most exact first; but `ALL`."""
    names = names_of(host)
    own = 2 if len(names) > 1 and host.startswith(names[1] + ":") else 1
    return [*names[:own], *(_BELOW + name for name in names[own:])]
