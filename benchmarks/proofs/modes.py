"""What happens to a crawl: one function a mode. Each returns at the end of its faults, or by `Over`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.proofs.stage import Stage
from crawler.errors import ExitCode

POWER_LOSS = 1.5
"""Seconds that a power cut may take with ``everysec``, and some."""


def plain(stage: Stage) -> None:
    """Nothing happens."""


def kill_workers(stage: Stage) -> None:
    """kill -9 of one worker after the other; each is replaced."""
    for number in range(stage.shape.worker_kills):
        stage.until((number + 1) / (stage.shape.worker_kills + 2))
        stage.kill_worker()


def kill_server(stage: Stage) -> None:
    """kill -9 of the server, which comes back at once or after a while."""
    for share in _shares(stage):
        stage.until(share)
        with stage.server_away():
            stage.server.kill()
            stage.wait(stage.rng.uniform(0, 0.5))


def kill_both(stage: Stage) -> None:
    """kill -9 of workers before, during and after that of the server."""
    for share in _shares(stage):
        stage.until(share)
        stage.kill_worker()
        with stage.server_away():
            stage.server.kill()
            stage.wait(stage.rng.uniform(0, 0.3))
            stage.kill_worker()
        stage.wait(stage.rng.uniform(0, 0.5))
        stage.kill_worker()


def cut_power(stage: Stage) -> None:
    """The server loses its last second and a half."""
    for share in _shares(stage):
        stage.until(share)
        stage.wait(POWER_LOSS)
        with stage.server_away(forgets=POWER_LOSS + 0.2):
            stage.server.cut_power(POWER_LOSS)


def starve(stage: Stage) -> None:
    """A worker is stopped for longer than its leases last, and then goes on."""
    for share in _shares(stage):
        stage.until(share)
        with stage.starved():
            stage.wait(1.5 * stage.shape.lease_time + 0.5)


def restore(stage: Stage) -> None:
    """An old state of the server is put back."""
    copy = stage.plan.folder / "old-state"
    stage.until(0.05)
    stage.server.copy(copy)
    taken = stage.now
    stage.until(0.4)
    with stage.server_away(forgets=stage.now - taken + 0.2):
        stage.server.put_back(copy)
        stage.wait(0.5)


def restore_behind(stage: Stage) -> None:
    """An old state is put back while a worker is stopped; it goes on when others have claimed again."""
    copy = stage.plan.folder / "old-state"
    stage.until(0.2)
    stage.server.copy(copy)
    taken = stage.now
    stage.until(0.3)
    with stage.starved():
        with stage.server_away(forgets=stage.now - taken + 0.2):
            stage.server.put_back(copy)
        stage.wait(1.25 * stage.shape.lease_time + 0.6)


def restore_first(stage: Stage) -> None:
    """The state is put back that the server had before the seeds."""
    stage.until(0.05)
    with stage.server_away(forgets=3600):
        stage.server.put_back(stage.first_state)


def wipe(stage: Stage) -> None:
    """The server comes back empty: the crawl must say so, and never that it is finished."""
    stage.until(0.4)
    with stage.server_away():
        stage.server.wipe()


def exchange(stage: Stage) -> None:
    """Behind the server's address is that of another collection, whose crawl looks finished."""
    stage.until(0.4)
    with stage.server_away():
        stage.server.put_back(stage.foreign_state)


def _shares(stage: Stage) -> list[float]:
    kills = stage.shape.server_kills
    return [0.8 * (number + 1) / (kills + 1) for number in range(kills)]


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode, and how its workers must end."""

    name: str
    play: Callable[[Stage], None]
    code: ExitCode = ExitCode.FINISHED


MODES = {
    mode.name: mode
    for mode in (
        Mode("plain", plain),
        Mode("workers", kill_workers),
        Mode("server", kill_server),
        Mode("both", kill_both),
        Mode("power", cut_power),
        Mode("starved", starve),
        Mode("restored", restore),
        Mode("behind", restore_behind),
        Mode("seedless", restore_first),
        Mode("wiped", wipe, ExitCode.REDIS),
        Mode("foreign", exchange, ExitCode.REDIS),
    )
}
