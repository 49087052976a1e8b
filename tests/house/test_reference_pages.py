"""The documentation says what the code does, and every string of the wiring loads."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from scrapy.utils.misc import load_object

from crawler import addon, config, settings

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("reference", Path(__file__).with_name("reference.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
reference = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reference)


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (reference.DOCS / name).read_text() == reference.PAGES[name](), "run `make docs`"


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\((docs/[^)]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def strings() -> list[str]:
    found: list[str] = [*settings.ADDONS]
    for value in addon.COMPONENTS.values():
        pieces = [*value, *value.values()] if isinstance(value, dict) else [value]
        found += [piece for piece in pieces if isinstance(piece, str) and "." in piece]
    return found


@pytest.mark.parametrize("path", strings())
def test_a_string_of_the_wiring_names_a_class(path: str) -> None:
    assert isinstance(load_object(path), type)


def test_the_default_of_every_setting_is_one_that_a_user_may_write() -> None:
    class Said:
        def get(self, name: str, default: object = None) -> object:
            return config.defaults()[name]

        def getpriority(self, name: str) -> int:
            return 40

    assert config.Config.from_settings(Said()) == config.Config()
