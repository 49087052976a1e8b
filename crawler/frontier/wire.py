"""How additions, acks and leases look as arguments and replies of the scripts in `crawler.store`.

What is many is one word each, a MessagePack array: a third of the time that many words would take. The
server's MessagePack knows no binary type, so an item follows its array instead of standing in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Ack, Claim, Ended, Leased
from crawler.store.client import Call, Value

_AT_ONCE = 500
"""Additions or acks of one script, so that none holds the server for more than some milliseconds."""
_LEASE_FIELDS = 8
_encode = msgspec.msgpack.Encoder().encode


def calls(boot: str, additions: Sequence[Addition], acks: Sequence[Ack]) -> list[Call]:
    """The scripts of one commit: additions, then acks."""
    adds = [Call("add", (boot, *map(_addition, part))) for part in _parts(additions)]
    return adds + [Call("ack", (boot, *map(_ack, part))) for part in _parts(acks)]


def seeds(boot: str, additions: Sequence[Addition], interval: float, again: bool) -> list[Call]:
    """The scripts that begin a pass of each seed that is due."""
    head: list[Value] = [boot, round(1000 * interval), int(again)]
    return [Call("seed", (*head, *map(_seed, part))) for part in _parts(additions)]


def ended(batches: Sequence[Ended], now: float) -> Iterator[Value]:
    """What a claim says of batches whose chains are over; `now` in monotonic seconds.

    Where an exchange is over before the guard that was added to its beginning, `since` is below 0.
    """
    for one in batches:
        since = now - one.started
        hold = max(0.0, one.hold - (now - one.ended))
        yield from (one.batch, one.host, math.floor(1000 * since), math.ceil(1000 * hold))


def claim(reply: Sequence[Any], asked: float, answered: float, lease_time: float) -> Claim:
    """The reply to a claim; `asked` and `answered` are monotonic seconds around it.

    Nothing starts early by the server's clock (counted from the answer), nor late (from the question).
    """
    wait = None if reply[1] < 0 else reply[1] / 1000
    rows = (reply[i : i + _LEASE_FIELDS] for i in range(2, len(reply), _LEASE_FIELDS))
    return Claim(reply[0].decode(), wait, [_leased(row, asked, answered, lease_time) for row in rows])


def partition_of(lease_id: bytes) -> int:
    """The partition that gave a lease (``claim.lua`` writes it in front of the id)."""
    return int(lease_id[: lease_id.index(b":")])


def _leased(row: Sequence[Any], asked: float, answered: float, lease_time: float) -> Leased:
    lease_id, host, offset, attempts, delay, window, failures, item = row
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
        failures=failures,
    )


def _parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[i : i + _AT_ONCE] for i in range(0, len(things), _AT_ONCE))


def _addition(addition: Addition) -> bytes:
    known_by = str(fingerprint(addition.key)) if addition.key else ""
    return _encode(_row(addition, known_by)) + addition.item.encode()


def _seed(addition: Addition) -> bytes:
    known_by = str(fingerprint(addition.key or addition.item.uri))
    return _encode((*_row(addition, known_by), addition.item.seed)) + addition.item.encode()


def _row(addition: Addition, known_by: str) -> tuple[str | int, ...]:
    return (addition.queue, addition.priority, known_by, addition.clock, *addition.terms)


def _ack(ack: Ack) -> bytes:
    row = _encode(
        (
            *(
                ack.lease_id.decode(),
                ack.verdict.value,
                ack.hold_ms,
                ack.reason,
                ack.seed,
                ack.seed_state,
            ),
            *(-1 if ack.failed is None else int(ack.failed), ack.pages, ack.bytes, ack.due_ms),
            str(fingerprint(ack.key)) if ack.again else "",
        )
    )
    return row + ack.again.encode() if ack.again else row
