"""The wheel, not the tree: it holds what the packages need, and runs from an empty directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
PACKAGES = ("crawler", "pipelines")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clew(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script in an environment that holds nothing but the wheel and what it requires."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    done = pip(str(home / "bin" / "python"), "install", str(wheel))
    assert done.returncode == 0, done.stderr
    return home / "bin" / "clew"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of an article of the sample site."""
    ready, site = tmp_path / "ready.json", ROOT / "tests" / "site"
    server = subprocess.Popen([sys.executable, str(site / "server.py"), "--ready", str(ready)])
    try:
        while not ready.exists():
            assert server.poll() is None
            time.sleep(0.02)
        start = json.loads((site / "expected.json").read_text())["start"]
        yield json.loads(ready.read_text())["url"] + start
    finally:
        server.terminate()
        server.wait(10)


def pip(python: str, *words: str) -> subprocess.CompletedProcess[str]:
    quiet = ["--quiet", "--disable-pip-version-check"]
    return subprocess.run(
        [python, "-m", "pip", *words, *quiet], capture_output=True, text=True, check=False
    )


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    there = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == there
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed
    assert any(name.endswith(".lua") for name in packed)


def test_clew_crawls_from_an_empty_directory(clew: Path, page: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    words = ["crawl", "story", "-a", f"seeds={page}", "-a", "collection=x", "-a", "hops=0"]
    settings = ["-s", "ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8", "-s", "DOWNLOAD_DELAY=0"]
    done = run(empty, clew, *words, *settings)
    assert done.returncode == 0, done.stderr
    assert len(list(empty.glob("collections/x/archive/*.warc.gz"))) == 1
    listed = run(empty, clew, "collection", "list", "--json")
    assert json.loads(listed.stdout.splitlines()[0])["stories"] == 1


def run(folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
