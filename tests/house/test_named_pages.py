"""A page of the documentation that code or prose names is there, and each command is told of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"docs/[\w/-]+\.md")
LINKED = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
TREES = ("crawler", "pipelines", "tests", "docs")


def texts() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "Makefile", ROOT / "pyproject.toml"]
    for tree in TREES:
        found += [*(ROOT / tree).rglob("*.py"), *(ROOT / tree).rglob("*.md")]
    return found


def test_every_page_that_is_named_is_there() -> None:
    named = {page for path in texts() for page in NAMED.findall(path.read_text())}
    assert named
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINKED.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_is_told_of() -> None:
    modules = (path.stem for path in (ROOT / "crawler" / "commands").glob("[!_]*.py"))
    text = (ROOT / "docs" / "commands.md").read_text()
    assert [name for name in modules if f"## `scrapy {name}" not in text] == []
