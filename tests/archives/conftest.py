"""A real pywb that serves WARC files as a Memento archive."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
SOON = 60
Serve = Callable[..., str]


@pytest.fixture(scope="session")
def pywb() -> Path:
    """pywb's ``wayback``: named by PYWB, on PATH, or made by ``make pywb``."""
    named = os.environ.get("PYWB") or shutil.which("wayback") or ROOT / ".pywb" / "bin" / "wayback"
    program = Path(named).absolute()
    if not program.is_file():
        pytest.skip("pywb is not installed: `make pywb`, or name its `wayback` in PYWB")
    return program


@pytest.fixture(scope="session")
def serve(pywb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serve a WARC file: ``serve(warc, config)`` is the URL of its archive."""
    with ExitStack() as stack:

        def start(warc: Path, config: str = "") -> str:
            folder = tmp_path_factory.mktemp("pywb")
            return stack.enter_context(running_pywb(pywb, folder, warc, config))

        yield start


@contextmanager
def running_pywb(pywb: Path, folder: Path, warc: Path, config: str = "") -> Iterator[str]:
    """The URL of an archive that serves a WARC file from `folder`."""
    (folder / "config.yaml").write_text(config)
    for words in (["init", "news"], ["add", "news", str(warc)]):
        manager = [str(pywb.with_name("wb-manager")), *words]
        subprocess.run(manager, cwd=folder, check=True, capture_output=True, timeout=SOON)
    port = free_port()
    command = [str(pywb), "-p", str(port), "-b", "127.0.0.1"]
    with (folder / "pywb.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _await(process, f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/news/"
    finally:
        process.terminate()
        process.wait(SOON)


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + SOON
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=SOON).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    pytest.fail("pywb did not start")
