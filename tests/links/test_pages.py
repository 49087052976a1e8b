"""Each folder of ``pages`` is a page with what is expected of it: adding a folder adds a test.

``expected.json``: ``uri`` and ``related`` (in document order, complete); optional ``classes`` of single
links and any attribute of `Page`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.links.page import Page, read_page

PAGES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/expected.json"))


def load(folder: Path) -> tuple[Page, dict]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return read_page((folder / "input.html").read_bytes(), expected.pop("uri")), expected


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_page(folder: Path) -> None:
    page, expected = load(folder)
    assert [link.uri for link in page.related()] == expected.pop("related")
    classes = {link.uri: link.link_class.value for link in page.links()}
    wanted = expected.pop("classes", {})
    assert {uri: classes.get(uri) for uri in wanted} == wanted
    if "requisites" in expected:
        assert page.requisites() == expected.pop("requisites")
    for name, value in expected.items():
        found = getattr(page, name)
        assert (list(found) if isinstance(found, tuple) else found) == value, name


def test_every_judgement_has_its_reasons() -> None:
    for folder in PAGES:
        page, _ = load(folder)
        for position, link in enumerate(page.related()):
            assert link.position == position
            assert link.reasons
            assert any(reason.startswith("+") for reason in link.reasons)
            assert 0.5 <= link.score <= 1


def test_the_same_bytes_give_the_same_page() -> None:
    for folder in PAGES:
        first, _ = load(folder)
        second, _ = load(folder)
        assert first.links() == second.links() == first.links()
        assert first.related() == second.related()
        assert first.requisites() == second.requisites()


def test_the_same_bytes_give_the_same_evidence_in_each_process() -> None:
    script = (
        "from tests.links.test_pages import PAGES, load\n"
        "for folder in PAGES:\n"
        "    page, _ = load(folder)\n"
        "    print([link.evidence for link in page.candidates], page.links())\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            timeout=60,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(said) == 1
    assert b"heading words" in said.pop()


def test_the_banner_of_the_archive_is_no_part_of_the_page() -> None:
    page, _ = load(next(folder for folder in PAGES if folder.name == "wayback-rewritten"))
    assert not [link.uri for link in page.links() if "archive.org" in link.uri]
    assert not [uri for uri in page.requisites() if "toolbar" in uri]
