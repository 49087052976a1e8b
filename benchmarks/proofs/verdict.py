"""The verdict on a crawl, from what its workers wrote down and from what the server says."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.proofs.journal import Start
from benchmarks.proofs.stage import Fault, Stage
from crawler.errors import ExitCode
from crawler.frontier.counts import Counts


@dataclass(slots=True)
class Verdict:
    """The figures of one crawl. `broken` names the promises that were not kept."""

    mode: str
    program: str
    seed: int
    seconds: float
    worker_kills: int
    server_kills: int
    pages: int
    starts: int
    lost: int | None
    """None where the crawl had to end before."""
    repeats: int
    in_hand: int
    """Starts that were in hand at a fault: each may be repeated once."""
    violations: int
    overlaps: int
    """Starts while another exchange of the host, one that no fault explains, was under way."""
    margin_ms: float
    """The shortest interval between two starts of a host, beyond its delay."""
    early: int
    """Workers that called the crawl finished before its last start."""
    left: int
    """Keys that a finished crawl must not leave."""
    broken: list[str] = field(default_factory=list)

    def row(self) -> str:
        """One line of the table."""
        kills = f"{self.worker_kills} + {self.server_kills}"
        cells = [self.mode, self.program, f"{self.seconds:.0f}", kills, self.pages, self.starts]
        cells += [
            "-" if self.lost is None else self.lost,
            f"{self.repeats} of {self.in_hand}",
            self.violations,
            self.overlaps,
        ]
        cells += [f"{self.margin_ms:.1f}", self.early, self.left, "; ".join(self.broken) or "kept"]
        return "| " + " | ".join(map(str, cells)) + " |"


HEAD = (
    "| mode | server | s | kills | pages | starts | lost | repeats of in hand | too soon | at once "
    "| margin, ms | early end | left | promises |\n" + "|---" * 14 + "|"
)
_OF_A_JOIN = (":crawl", ":generation", ":workers")
_EMPTY_AT_THE_END = (":queue:", ":ready", ":leases", ":items", ":batches")


def judge(
    stage: Stage, mode: str, expected: ExitCode, program: str, seed: int, seconds: float
) -> Verdict:
    """Judge a crawl whose workers have ended."""
    starts = sorted(stage.journals.starts, key=lambda start: start.moment)
    pages = [start for start in starts if start.page >= 0]
    provable = [start for start in starts if not is_caught(start, stage.faults)]
    margins = list(_margins(provable, stage))
    unexplained = _unexplained(starts, stage.faults)
    verdict = Verdict(
        mode=mode,
        program=program,
        seed=seed,
        seconds=seconds,
        worker_kills=len(stage.killed),
        server_kills=stage.server_kills,
        pages=stage.web.pages,
        starts=len(pages),
        lost=len(set(range(stage.web.pages)) - stage.journals.kept)
        if expected is ExitCode.FINISHED
        else None,
        repeats=len(pages) - len({start.page for start in pages}),
        in_hand=_in_hand(pages, stage.faults),
        overlaps=_overlaps(provable, stage),
        violations=sum(margin < 0 for margin in margins),
        margin_ms=1000 * min(margins, default=0.0),
        early=_early(stage, starts),
        left=_left(stage),
    )
    verdict.broken = list(_broken(verdict, stage, expected, unexplained))
    return verdict


def _broken(verdict: Verdict, stage: Stage, expected: ExitCode, unexplained: int) -> Iterator[str]:
    if stage.late:
        yield "workers did not end"
    elif odd := set(stage.codes.values()) - {int(expected)}:
        yield f"exit codes {sorted(map(str, odd))}"
    if verdict.violations:
        yield "politeness"
    if verdict.overlaps:
        yield "slots"
    if verdict.early:
        yield "finished too early"
    if expected is ExitCode.FINISHED:
        yield from _unfinished(verdict, stage.counts(), unexplained)
    else:
        yield from _not_wiped(verdict, stage)


def _unfinished(verdict: Verdict, counts: Counts | None, unexplained: int) -> Iterator[str]:
    if verdict.lost:
        yield "pages lost"
    if verdict.left:
        yield "keys left"
    if counts is None:
        yield "the server holds another frontier"
        return
    if not counts.added == counts.done == verdict.pages:
        yield f"added {counts.added}, done {counts.done}"
    # A machine that stands still lets leases run out too, and says so in this counter.
    if unexplained > counts.expired:
        yield f"repeats without a reason: {unexplained}"


def _not_wiped(verdict: Verdict, stage: Stage) -> Iterator[str]:
    if any(reason == "finished" for _, _, reason in stage.journals.ends):
        yield "finished in another's server"
    if verdict.left:
        yield "another's server was written to"


def is_caught(start: Start, faults: list[Fault]) -> bool:
    """Whether its worker was stopped after the last look at the lease, until the lease was over.

    No look can be late enough (docs/frontier-proofs.md, What is not proved).
    """
    late = start.looked <= start.deadline < start.moment
    theirs = (fault for fault in faults if fault.worker == start.worker)
    return late and any(fault.begin < start.moment and start.looked < fault.end for fault in theirs)


def _margins(starts: Iterable[Start], stage: Stage) -> Iterator[float]:
    by_host: dict[str, list[float]] = defaultdict(list)
    for start in starts:
        if stage.web.delay_ms(start.host):
            by_host[start.host].append(start.moment)
    for host, moments in by_host.items():
        delay = stage.web.delay_ms(host) / 1000
        yield from (after - before - delay for before, after in itertools.pairwise(moments))


def _overlaps(starts: Iterable[Start], stage: Stage) -> int:
    before: dict[str, Start] = {}
    count = 0
    for start in starts:
        last = before.get(start.host)
        if last and not any(_is_in_hand(last, fault) for fault in stage.faults):
            count += last.answered is None or start.moment < last.answered
        before[start.host] = start
    return count


def _is_in_hand(start: Start, fault: Fault) -> bool:
    theirs = fault.worker is None or fault.worker == start.worker
    return theirs and start.moment <= fault.end and (start.acked is None or start.acked >= fault.begin)


def _in_hand(starts: Iterable[Start], faults: list[Fault]) -> int:
    return sum(any(_is_in_hand(start, fault) for fault in faults) for start in starts)


def _unexplained(starts: Iterable[Start], faults: list[Fault]) -> int:
    before: dict[int, Start] = {}
    count = 0
    for start in starts:
        last = before.get(start.page)
        count += last is not None and not any(_is_in_hand(last, fault) for fault in faults)
        before[start.page] = start
    return count


def _early(stage: Stage, starts: list[Start]) -> int:
    last = starts[-1].moment if starts else 0.0
    return sum(reason == "finished" and moment < last for moment, _, reason in stage.journals.ends)


def _left(stage: Stage) -> int:
    """Keys of leases and queues, and hosts with a slot in use; in another's server every key."""
    ask = stage.server.ask
    names = [name.decode() for name in ask("KEYS", "*")]
    if stage.counts() is None:
        return sum(not name.endswith(_OF_A_JOIN) for name in names)
    left = sum(any(kind in name for kind in _EMPTY_AT_THE_END) for name in names)
    hosts = [name for name in names if ":host:" in name]
    return left + sum(int(ask("HGET", name, "used") or 0) > 0 for name in hosts)
