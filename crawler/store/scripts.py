"""The Lua scripts: one file a command, shared parts by an include line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_INCLUDE = "--@include "
COMMANDS = (
    "boot",
    "join",
    "seed",
    "add",
    "ack",
    "claim",
    "extend",
    "delay",
    "terms",
    "hold",
    "tell",
    "settle",
    "errand",
    "stored",
    "refill",
    "lost",
    "unlock",
    "robots",
    "leave",
    "due",
    "known",
    "clean",
    "attach",
    "state",
    "requeue",
    "drop",
    "vacate",
    "occupy",
    "restore",
    "crown",
)
"""`add` stands before `ack`: whoever finds `ack` loaded finds `add` too, so that no parent is ever
acknowledged by a pipeline whose children were turned away."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script with its includes resolved."""

    text: str
    sha: str


@cache
def script(name: str) -> Script:
    """The script of that name."""
    text = _resolve(name)
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def _resolve(name: str) -> str:
    lines = files("crawler.store").joinpath("lua", f"{name}.lua").read_text("utf-8").splitlines()
    return "\n".join(
        _resolve(line.removeprefix(_INCLUDE).strip()) if line.startswith(_INCLUDE) else line
        for line in lines
    )
