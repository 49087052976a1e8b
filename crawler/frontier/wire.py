"""How additions, acks and leases look as arguments and replies of the scripts in `crawler.store`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Ack, Claim, Leased
from crawler.store.client import Call, Value

_AT_ONCE = 500
"""Additions or acks of one script, so that none holds the server for more than some milliseconds."""
_LEASE_FIELDS = 7


def calls(boot: str, additions: Sequence[Addition], acks: Sequence[Ack]) -> list[Call]:
    """The scripts of one commit: additions, then acks."""
    adds = [Call("add", (boot, *_flat(map(_addition, part)))) for part in _parts(additions)]
    return adds + [Call("ack", (boot, *_flat(map(_ack, part)))) for part in _parts(acks)]


def seeds(boot: str, additions: Sequence[Addition], interval: float, again: bool) -> list[Call]:
    """The scripts that begin a pass of each seed that is due."""
    head: list[Value] = [boot, round(1000 * interval), int(again)]
    return [Call("seed", (*head, *_flat(map(_seed, part)))) for part in _parts(additions)]


def claim(reply: Sequence[Any], asked: float, answered: float, lease_time: float) -> Claim:
    """The reply to a claim; `asked` and `answered` are monotonic seconds around it.

    Nothing starts early by the server's clock (counted from the answer), nor late (from the question).
    """
    wait = None if reply[1] < 0 else reply[1] / 1000
    rows = (reply[i : i + _LEASE_FIELDS] for i in range(2, len(reply), _LEASE_FIELDS))
    return Claim(reply[0].decode(), wait, [_leased(row, asked, answered, lease_time) for row in rows])


def _leased(row: Sequence[Any], asked: float, answered: float, lease_time: float) -> Leased:
    lease_id, host, offset, attempts, delay, window, item = row
    latest = math.inf if window < 0 else asked + (offset + window) / 1000
    return Leased(
        id=lease_id,
        host=host.decode(),
        item=Item.decode(item),
        attempts=attempts,
        delay_ms=delay,
        not_before=answered + offset / 1000,
        deadline=min(latest, asked + offset / 1000 + lease_time),
        latest=latest,
    )


def _parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[i : i + _AT_ONCE] for i in range(0, len(things), _AT_ONCE))


def _flat(rows: Iterator[tuple[Value, ...]]) -> Iterator[Value]:
    return (value for row in rows for value in row)


def _addition(addition: Addition) -> tuple[Value, ...]:
    known_by = str(fingerprint(addition.key)) if addition.key else ""
    item = addition.item
    return (item.host, addition.priority, known_by, item.encode())


def _seed(addition: Addition) -> tuple[Value, ...]:
    item = addition.item
    key = addition.key or item.uri
    return (item.host, addition.priority, str(fingerprint(key)), item.seed, item.encode())


def _ack(ack: Ack) -> tuple[Value, ...]:
    return (ack.lease_id, ack.verdict.value, ack.hold_ms, ack.reason, ack.seed, ack.seed_state)
