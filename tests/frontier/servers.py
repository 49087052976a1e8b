"""Servers of every kind that a frontier can lie on, each process under the control of a test.

A test that stops or kills one keeps servers of its own; the others share those of ``conftest.py``.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import pytest
import redis
from redis.exceptions import RedisError

from crawler.store.embedded import find_binary
from tests.download.authority import Authority
from tests.ports import free_port

PATIENCE = 20.0
USER, PASSWORD = "clew", "p@ss/w:rd%1"
QUOTED = quote(PASSWORD, safe="")
SENTINEL_PASSWORD = "another"
SERVICE = "news"
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


def redis_server() -> str:
    """The program of the system; skips where there is none."""
    return shutil.which("redis-server") or pytest.skip("redis-server is not installed")


def valkey_server() -> str:
    """The program of the embedded server."""
    return str(find_binary())


def until(fact: Any, patience: float = PATIENCE) -> None:
    """Wait until `fact()` is true."""
    end = time.monotonic() + patience
    while not fact():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Server:
    """One process. `url` is a ``FRONTIER_URL`` for it, `admin` another that may do everything."""

    def __init__(
        self, program: str, folder: Path, *options: str, url: str = "", admin: str = ""
    ) -> None:
        self.program = program
        self.folder = folder
        self.port = free_port()
        self.options = options
        self.url = (url or "redis://127.0.0.1:{port}/0").format(port=self.port)
        self.admin = (admin or self.url).format(port=self.port)
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> Self:
        """Start it on the state that is there, on the same port as before; until it answers."""
        listens = [] if "--tls-port" in self.options else ["--port", str(self.port)]
        place = [*listens, "--bind", "127.0.0.1", "--dir", str(self.folder), "--logfile", "log"]
        options = [word.format(port=self.port) for word in self.options]
        self.process = subprocess.Popen(
            [*_leash(), self.program, *options, *place, "--save", ""],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        until(self.answers)
        return self

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ask(self, *words: object) -> Any:
        """The reply to a command. Raises `RedisError`."""
        with redis.Redis.from_url(self.admin, decode_responses=True, socket_timeout=5) as client:
            return client.execute_command(*words)

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()[-800:]
        try:
            return bool(self.ask("PING"))
        except RedisError:
            return False

    @property
    def said(self) -> str:
        return (self.folder / "log").read_text()


def _leash() -> list[str]:
    """However a test run ends, its servers end too, where the system has a program for that."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "KILL"] if program else []


def over_unix(folder: Path) -> Server:
    path = folder / "redis.sock"
    return Server(redis_server(), folder, "--unixsocket", str(path), *DURABLE, url=f"unix://{path}")


def with_password(folder: Path, acl: str) -> Server:
    """A server whose user may do what `acl`, a line of an ACL without name and password, allows."""
    file = folder / "users.acl"
    folder.mkdir(parents=True)
    file.write_text(f"user default on >root ~* &* +@all\nuser {USER} on >{PASSWORD} {acl}\n")
    return Server(
        redis_server(),
        folder,
        *("--aclfile", str(file), *DURABLE),
        url=f"redis://{USER}:{QUOTED}@127.0.0.1:{{port}}/0",
        admin="redis://:root@127.0.0.1:{port}/0",
    )


def over_tls(folder: Path) -> Server:
    folder.mkdir(parents=True)
    authority = Authority(folder)
    authority.server("127.0.0.1")
    (pair,) = folder.glob("127.0.0.1-*.pem")
    return Server(
        redis_server(),
        folder,
        *("--port", "0", "--tls-port", "{port}", "--tls-cert-file", str(pair)),
        *("--tls-key-file", str(pair), "--tls-auth-clients", "no", *DURABLE),
        url=f"rediss://127.0.0.1:{{port}}/0?ssl_ca_certs={authority.ca_file}",
    )


class Watched:
    """A primary, its replica, and Sentinels, each with a password, while entered."""

    def __init__(self, folder: Path, sentinels: int) -> None:
        words = ("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0")
        account = f":{QUOTED}@"
        self.servers = [
            Server(
                redis_server(),
                folder / name,
                *(*words, *DURABLE),
                url=f"redis://{account}127.0.0.1:{{port}}/0",
            )
            for name in ("one", "other")
        ]
        self.primary, self.replica = self.servers
        self.sentinels = [
            Server(
                redis_server(),
                folder / f"sentinel{number}",
                url=f"redis://:{SENTINEL_PASSWORD}@127.0.0.1:{{port}}",
            )
            for number in range(sentinels)
        ]
        places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        self.url = f"redis+sentinel://{account}{places}/{SERVICE}?sentinel_password={SENTINEL_PASSWORD}"

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            for server in self.servers:
                stack.enter_context(server)
            self.replica.ask("REPLICAOF", "127.0.0.1", self.primary.port)
            until(self._synced)
            for sentinel in self.sentinels:
                self._configure(sentinel)
                stack.enter_context(sentinel)
            until(lambda: all(self._watches(sentinel) for sentinel in self.sentinels))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _synced(self) -> bool:
        return self.replica.ask("INFO", "replication")["master_link_status"] == "up"

    def _watches(self, sentinel: Server) -> bool:
        (found,) = sentinel.ask("SENTINEL MASTERS").values()
        others = len(self.sentinels) - 1
        return found["num-slaves"] == 1 and found["num-other-sentinels"] == others

    def _configure(self, sentinel: Server) -> None:
        quorum = len(self.sentinels) // 2 + 1
        sentinel.options = ("sentinel.conf", "--sentinel")
        (sentinel.folder / "sentinel.conf").write_text(
            f"requirepass {SENTINEL_PASSWORD}\nsentinel sentinel-pass {SENTINEL_PASSWORD}\n"
            f"sentinel monitor {SERVICE} 127.0.0.1 {self.primary.port} {quorum}\n"
            f"sentinel auth-pass {SERVICE} {PASSWORD}\n"
            f"sentinel down-after-milliseconds {SERVICE} 500\nsentinel failover-timeout {SERVICE} 2000\n"
        )


class Cluster:
    """Three nodes that share the slots, without replicas, while entered."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self.nodes = [self._node(program, folder / f"node{number}", options) for number in range(3)]
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for number, node in enumerate(self.nodes):
                stack.enter_context(node)
                share = 16384 // 3 + 1
                last = min(16383, (number + 1) * share - 1)
                node.ask("CLUSTER", "ADDSLOTSRANGE", number * share, last)
            for node in self.nodes[1:]:
                self.nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port, _bus(node))
            until(self.whole)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def whole(self) -> bool:
        """Whether each node knows all and takes writes."""
        told = [str(node.ask("CLUSTER", "INFO")) for node in self.nodes]
        return all("cluster_state:ok" in one and "known_nodes:3" in one for one in told)

    def node_of(self, key: str) -> Server:
        """The node that has the slot of a key."""
        slot = self.nodes[0].ask("CLUSTER", "KEYSLOT", key)
        return self.nodes[slot // (16384 // 3 + 1)]

    def _node(self, program: str, folder: Path, options: tuple[str, ...]) -> Server:
        cluster = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        return Server(program, folder, *cluster, "--cluster-port", str(free_port()), *options)


def _bus(node: Server) -> str:
    return node.options[node.options.index("--cluster-port") + 1]
