"""The labelled pages: where each lies in a public repository, and what a reader saw on it."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = Path(__file__).with_name("labels.jsonl")
CORPUS = "related-links"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page at `url`; `facts` are the right answers, each with its other spellings."""

    repo: str
    commit: str
    path: str
    url: str
    facts: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Repository and path."""
        return f"{self.repo}:{self.path}"

    def body(self, clones: Path, corpus: Path) -> bytes:
        """The page's bytes, empty where its repository is not there."""
        if self.repo == CORPUS:
            path = corpus / self.path
            return gzip.decompress(path.read_bytes()) if path.exists() else b""
        found = (clones / self.repo.replace("/", "+"), clones / self.repo)
        folders = [
            one
            for clone in found
            for one in (clone / "repo" / ".git", clone / "repo", clone / ".git", clone)
        ]
        for folder in folders:
            if (folder / "objects").is_dir():
                return shown(folder, f"{self.commit}:{self.path}")
        return b""


def shown(folder: Path, name: str) -> bytes:
    """A file of a git directory."""
    run = subprocess.run(["git", f"--git-dir={folder}", "show", name], capture_output=True, check=False)
    return run.stdout


def labelled(path: Path = LABELS) -> Iterator[Labelled]:
    """All labelled pages."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Labelled(**json.loads(line))
