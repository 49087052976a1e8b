"""A collection in a web-archive viewer: pywb, run as a program of its own.

pywb pins an old redis-py and cannot share an environment with Clew, so its ``wayback`` is found and
started, never imported. It runs in a folder of its own that holds one link, ``collections``, and so
serves every collection of ``COLLECTIONS_DIR`` under its name, from the index as Clew wrote it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crawler.config import Config
from crawler.errors import SettingError
from crawler.model.collection import Collection
from crawler.model.timestamp import from_warc_date, to_14_digits
from pipelines.lines import read_json_lines

_HOST = "127.0.0.1"
_START_SECONDS = 60.0
_END_SECONDS = 5.0


def find_pywb(config: Config) -> str:
    """pywb's program: the setting's, else that on PATH, else ``.pywb/bin/wayback``.

    Raises `SettingError` that says how to get it.
    """
    for name in [config.pywb] if config.pywb else ["wayback", ".pywb/bin/wayback"]:
        if found := shutil.which(Path(name).expanduser()):
            return str(Path(found).absolute())
    raise SettingError(
        f"pywb is not installed (no program {config.pywb!r})"
        if config.pywb
        else "pywb is not installed",
        "`make pywb`, or `python3 -m venv .pywb && .pywb/bin/pip install pywb`, or name it in PYWB",
    )


@contextmanager
def serve(collection: Collection, port: int, pywb: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run pywb on 127.0.0.1 while the block runs: the address of the first story, and the process.

    `port` 0 takes a free one. Raises `SettingError` where the port is taken or pywb does not start.
    """
    port = _free(port)
    with tempfile.TemporaryDirectory(prefix="clew-replay-") as folder:
        Path(folder, "collections").symlink_to(collection.root.absolute(), target_is_directory=True)
        with Path(folder, "pywb.log").open("wb") as log:
            process = subprocess.Popen(
                [pywb, "-p", str(port), "-b", _HOST],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _await(process, port, Path(folder, "pywb.log"))
            yield f"http://{_HOST}:{port}/{collection.name}/{first_page(collection)}", process
        finally:
            _end(process)


def first_page(collection: Collection) -> str:
    """``TIMESTAMP/URI`` of the first story's first capture; empty where there is no story."""
    for story in read_json_lines(collection.graph / "stories.jsonl"):
        capture = story["captures"][0]
        return f"{to_14_digits(from_warc_date(capture['datetime']))}/{capture['uri']}"
    return ""


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except (OSError, OverflowError) as error:
            raise SettingError(
                f"port {port} cannot be used: {error}", "choose another: --port N"
            ) from error
        return int(probe.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise SettingError(f"pywb ended at once: {last or process.returncode}", "see PYWB")
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise SettingError(f"pywb did not listen within {_START_SECONDS:.0f} s", "see PYWB")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End pywb with all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(_END_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
