"""What `scrapy frontier check` finds out and prints: is a URL in, and which rule says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from crawler.archives import budget
from crawler.archives.archive import Archive
from crawler.archives.memento import Aim
from crawler.commands._common import print_json
from crawler.config import Config
from crawler.errors import FrontierError, UnknownCollection
from crawler.facts.address import day_of_address
from crawler.frontier import walk_file
from crawler.frontier.explain import Case, explain
from crawler.frontier.host_rules import HostRules
from crawler.frontier.inquiry import Known, Sought, inquire
from crawler.frontier.quota import Quotas
from crawler.frontier.scope import Scope
from crawler.frontier.scope_limits import Decision
from crawler.frontier.walk_file import Walk
from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.timestamp import from_digits, now, to_14_digits
from crawler.scheduler.rules import NAME
from crawler.spiders.archived import sought_key
from crawler.spiders.story import StorySpider
from crawler.spiders.warc import WarcSpider, queue_of


def print_check(
    collection: Collection, target: str, config: Config, as_json: bool, hops: int = 1
) -> None:
    """Print whether a link to `target`, that many hops from a seed, is followed, and why.

    The first line is ``in: RULE`` or ``out: RULE``; facts follow, one a line. Raises `InvalidUri`, and
    `UnknownCollection` where no walk has begun here.
    """
    case, unreachable = _case(collection, uri.normalise(target), config, hops)
    decision = explain(case)
    if as_json:
        print_json(_document(case, decision, unreachable))
        return
    where = f" ({decision.where})" if decision.where else ""
    print(f"{'in' if decision.allowed else 'out'}: {decision.rule}{where}")
    for line in _facts(case, unreachable):
        print(f"    {line}")


def _case(collection: Collection, target: str, config: Config, hops: int) -> tuple[Case, str]:
    """The case, and why the frontier could not be asked (empty where it could)."""
    walk = walk_file.read(collection.frontier)
    if walk is None:
        raise UnknownCollection(
            f"no walk has begun in {collection.name!r}, so it has no scope", "crawl first"
        )
    hosts_file = config.hosts_file or collection.path / NAME
    scope = replace(Scope.of_walk(walk), hosts=HostRules.read(hosts_file))
    known, unreachable = _known(collection, config, _sought(walk, target))
    case = Case(
        target=target,
        hops=hops,
        scope=scope,
        config=config,
        quotas=scope.quotas.within(Quotas.of_config(config)),
        moved=walk_file.read_sites(collection.frontier),
        day=day_of_address(target),
        hosts_file=str(hosts_file),
        known=known,
        archived=walk.spider != StorySpider.name,
    )
    return case, unreachable


def _sought(walk: Walk, target: str) -> Sought:
    """In a web archive a URL waits for a memento near the walk's anchor, and is known in that walk.

    So it is in files.
    """
    archive, at = walk.arguments.get("archive"), walk.arguments.get("at", "")
    if walk.spider == WarcSpider.name:
        known_by = sought_key(to_14_digits(from_digits(at)), target) if at else ""
        return Sought(target, known_by, queue_of(target))
    if not archive:
        return Sought(target, target, uri.netloc(target))
    anchor = from_digits(at) if at else now()
    asked = Archive.parse(archive).aim_uri(Aim(target, anchor, timedelta()))
    known_by = sought_key(to_14_digits(anchor), target) if at else ""
    return Sought(target, known_by, budget.queue(asked, target))


def _known(collection: Collection, config: Config, sought: Sought) -> tuple[Known | None, str]:
    try:
        known = asyncio.run(inquire(collection, config, sought))
    except FrontierError as error:
        return None, error.what
    return known, "" if known is not None else "it has not begun"


def _facts(case: Case, unreachable: str) -> Iterator[str]:
    known = case.known
    if case.day is not None:
        yield f"date: {case.day}, by its address"
    if rule := _said(case):
        yield f"hosts.yaml: {', '.join(f'{word} {value}' for word, value in rule.items())}"
    if known is None:
        yield f"frontier: not asked - {unreachable}"
        return
    yield f"robots.txt: {_robots(case)}"
    yield f"seen before: {_SEEN[known.seen]}"
    if known.due is not None:
        yield f"due again: {'now' if not known.due else f'in {known.due:.0f} s'}"
    yield f"waiting at {case.host}: {known.queued:,}"
    for whose, numbers in _quotas(case, known).items():
        for noun, (have, most) in numbers.items():
            yield f"{noun} of {whose}: {have:,}" + (f" of {most:,}" if most else "")


_SEEN = {None: "nobody can tell", True: "yes", False: "no"}
_ROBOTS = {None: "not known", True: "allows it", False: "forbids it"}


def _robots(case: Case) -> str:
    return "not asked of an archive" if case.archived else _ROBOTS[case.robots_allow]


def _said(case: Case) -> dict[str, object]:
    """The words that hosts.yaml says of the host."""
    rule = case.host_rule
    words = {name: getattr(rule, name) for name in ("delay", "slots", "robots", "scope", "block")}
    return {name: value for name, value in words.items() if value is not None}


def _quotas(case: Case, known: Known) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """What the host and the crawl have brought, and the most that each may (0: no limit)."""
    own, all_ = case.quotas.of(case.host), case.quotas
    return {
        case.host: {
            "pages": (known.host_pages, own.pages),
            "bytes": (known.host_bytes, own.bytes),
        },
        "the crawl": {"pages": (known.pages, all_.pages), "bytes": (known.bytes, all_.bytes)},
    }


def _document(case: Case, decision: Decision, unreachable: str) -> Mapping[str, object]:
    document: dict[str, object] = {
        "url": case.target,
        "allowed": decision.allowed,
        "rule": decision.rule,
        "where": decision.where,
        "hops": case.hops,
        "date": case.day.isoformat() if case.day else None,
        "host_rule": _said(case),
        "frontier": unreachable or "asked",
    }
    if (known := case.known) is not None:
        document |= {
            "robots": _robots(case),
            "seen": known.seen,
            "due": known.due,
            "seed": known.seed or None,
            "waiting_at_host": known.queued,
            "quotas": {
                whose: {noun: {"have": have, "most": most or None} for noun, (have, most) in row.items()}
                for whose, row in _quotas(case, known).items()
            },
        }
    return document
