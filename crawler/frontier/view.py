"""What an operator sees of a frontier: one look at it, cheap however big it is.

No more than some hosts and leases are read, unless all are asked for, and no key is searched for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.frontier.counts import Counts
from crawler.frontier.item import Item
from crawler.frontier.partition import Partition
from crawler.frontier.snapshot import Host, Lease, Snapshot, Worker, merged, ordered, state_of
from crawler.frontier.worker import may_run

SHOWN = 20
"""Hosts, and leases, that one look reads of a partition."""
_AT_ONCE = 500
_DEAD_MOST = 10_000
"""The newest of the dead, of which the reasons are counted."""
_ERRAND_LATE = 10_000
"""Milliseconds after which an errand (overflow.lua) that nobody took wants a reason."""
_QUOTAS = (("pages", "pages_most"), ("bytes", "bytes_most"))
_HOST = ("queued", "out", "clock")
_CLOCK = ("delay", "asked", "slots", "used", "next", "held", "failures")
_Fields = Mapping[str, bytes]


async def look(partitions: Sequence[Partition], *, everything: bool = False) -> Snapshot:
    """One look; `everything` reads all hosts and leases."""
    most = -1 if everything else SHOWN - 1
    return merged([await _look(partition, most) for partition in partitions])


async def crawl_of(partition: Partition) -> Mapping[str, bytes]:
    """The fields of a partition's key ``crawl``."""
    return _fields(await partition.store.command("HGETALL", partition.store.keys("crawl")))


async def _look(partition: Partition, last: int) -> Snapshot:
    store, key = partition.store, partition.store.keys
    time, flat, workers, ready, count, leases, flying, segments, recrawl, soonest = await store.commands(
        ("TIME",),
        ("HGETALL", key("crawl")),
        ("ZRANGE", key("workers"), 0, -1, "WITHSCORES"),
        ("ZRANGE", key("ready"), 0, last, "WITHSCORES"),
        ("ZCARD", key("ready")),
        ("ZRANGE", key("leases"), 0, last, "WITHSCORES"),
        ("ZCARD", key("leases")),
        ("HLEN", key("segments")),
        ("ZCARD", key("due")),
        ("ZRANGE", key("due"), 0, 0, "WITHSCORES"),
    )
    now, crawl = _milliseconds(time), _fields(flat)
    counts = _counts(crawl, flying)
    lease_time = _number(crawl, "lease")
    found = await _leases(partition, _scored(leases), now, lease_time)
    names = dict.fromkeys([lease.host for lease in found] + await _hosts_of(partition, _scored(ready)))
    hosts = await _hosts(partition, list(names), now, crawl)
    full = any(0 < _number(crawl, most) <= _number(crawl, have) for have, most in _QUOTAS)
    return Snapshot(
        state=state_of(crawl.get("state", b"running").decode(), counts, full),
        counts=counts,
        lease_time=lease_time / 1000,
        hold=max(0.0, _number(crawl, "hold") - now) / 1000,
        workers=[_worker(name, now - heard, lease_time) for name, heard in _scored(workers)],
        ready=count,
        due=await store.command("ZCOUNT", key("ready"), "-inf", now),
        hosts=ordered(hosts),
        leases=found,
        outside=int(_number(crawl, "outside")),
        segments=segments,
        wanted=await _wanted(partition, now),
        dead=await _reasons(partition),
        recrawl=recrawl,
        next_recrawl=max(0.0, _scored(soonest)[0][1] - now) / 1000 if soonest else 0.0,
    )


async def _leases(
    partition: Partition, scored: Sequence[tuple[str, float]], now: float, lease_time: float
) -> list[Lease]:
    found = []
    for part in _parts(scored):
        names = [name for name, _ in part]
        records = await partition.store.command("HMGET", partition.store.keys("items"), *names)
        for (_, expiry), record in zip(part, records, strict=True):
            if record is not None:
                found.append(_lease(record, expiry - now, lease_time))
    return found


def _lease(record: bytes, left: float, lease_time: float) -> Lease:
    host, _, attempts, expiries, _, item = record.split(b"\n", 5)
    return Lease(
        uri=Item.decode(item).uri,
        host=host.decode(),
        attempts=int(attempts),
        expiries=int(expiries),
        expires=left / 1000,
        silent=max(0.0, lease_time - left) / 1000,
    )


async def _hosts_of(partition: Partition, clocks: Sequence[tuple[str, float]]) -> list[str]:
    """The hosts whose clocks these are: themselves, or those in the rota of a shared one."""
    names: list[str] = []
    for clock, _ in clocks:
        if "@" in clock:
            rota = partition.store.keys(f"rota:{clock}")
            hosts = await partition.store.command("LRANGE", rota, 0, SHOWN - 1)
            names += [host.decode() for host in hosts]
        else:
            names.append(clock)
    return names


async def _hosts(partition: Partition, names: Sequence[str], now: float, crawl: _Fields) -> list[Host]:
    rows = await _hashes(partition, names, (*_HOST, *_CLOCK))
    shared = sorted({row["clock"].decode() for row in rows if "clock" in row})
    clocks = dict(zip(shared, await _hashes(partition, shared, _CLOCK), strict=True))
    return [
        _host(name, row, clocks.get(row.get("clock", b"").decode(), row), now, crawl)
        for name, row in zip(names, rows, strict=True)
    ]


def _host(name: str, row: _Fields, clock: _Fields, now: float, crawl: _Fields) -> Host:
    delay = max(_number(crawl, "delay"), _number(clock, "asked"))
    slots = clock if "slots" in clock else crawl
    return Host(
        name=name,
        clock=row.get("clock", name.encode()).decode(),
        queued=int(_number(row, "queued")),
        leased=int(_number(row, "out")),
        due=(max(_number(clock, "next"), _number(clock, "held")) - now) / 1000,
        held=max(0.0, _number(clock, "held") - now) / 1000,
        delay=(_number(clock, "delay") if "delay" in clock else delay) / 1000,
        used=int(_number(clock, "used")),
        slots=int(_number(slots, "slots")),
        failures=int(_number(clock, "failures")),
    )


async def _hashes(
    partition: Partition, names: Sequence[str], fields: Sequence[str]
) -> list[dict[str, bytes]]:
    key, rows = partition.store.keys, []
    for part in _parts(names):
        replies = await partition.store.commands(
            *(("HMGET", key(f"host:{name}"), *fields) for name in part)
        )
        rows += [
            {field: value for field, value in zip(fields, reply, strict=True) if value is not None}
            for reply in replies
        ]
    return rows


async def _wanted(partition: Partition, now: float) -> int:
    """Segments that some host waits for and no worker was given for a while."""
    store, key = partition.store, partition.store.keys
    places = list(_fields(await store.command("HGETALL", key("places"))))
    if not places:
        return 0
    late = now - _ERRAND_LATE
    counts = await store.commands(
        *(("ZCOUNT", key(f"errands:{place}"), "-inf", late) for place in places)
    )
    return sum(counts)


async def _reasons(partition: Partition) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for start in range(-_AT_ONCE, -_DEAD_MOST - 1, -_AT_ONCE):
        words = (partition.store.keys("dead"), start, start + _AT_ONCE - 1)
        some = await partition.store.command("LRANGE", *words)
        found.update(map(reason_of, some))
        if len(some) < _AT_ONCE:
            break
    return found


def reason_of(entry: bytes) -> str:
    """The kind of reason of an entry in the list of the dead: up to a colon, as ``TimeoutError``."""
    return entry.partition(b"\n")[0].decode("utf-8", "replace").partition(":")[0]


def _worker(name: str, silent: float, lease_time: float) -> Worker:
    return Worker(name, max(0.0, silent) / 1000, silent <= lease_time and may_run(name))


def _counts(crawl: _Fields, flying: int) -> Counts:
    names = (name for name in Counts.__struct_fields__ if name != "in_flight")
    return Counts(**{name: int(_number(crawl, name)) for name in names}, in_flight=flying)


def _number(fields: _Fields, name: str) -> float:
    return float(fields.get(name, 0))


def _milliseconds(time: Sequence[Any]) -> float:
    return 1000 * float(time[0]) + float(time[1]) / 1000


def _fields(reply: Any) -> dict[str, bytes]:
    """The fields of HGETALL, whichever way the client gives them."""
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2], strict=True)
    return {name.decode(): value for name, value in pairs}


def _scored(reply: Sequence[Any]) -> list[tuple[str, float]]:
    """Members and scores of ZRANGE, whichever way the client gives them."""
    pairs = reply if reply and isinstance(reply[0], tuple) else zip(reply[::2], reply[1::2], strict=True)
    return [(name.decode(), float(score)) for name, score in pairs]


def _parts(things: Sequence[Any]) -> Sequence[Sequence[Any]]:
    return [things[i : i + _AT_ONCE] for i in range(0, len(things), _AT_ONCE)]
