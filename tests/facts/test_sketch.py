"""A copy of a text is known again by its sketch, another text is not."""

import random

from crawler.links.page import read_page
from pipelines.graph.identity import resemblance

WORDS = [f"word{n}" for n in range(400)]


def text(seed: int, length: int = 500) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def page(words: list[str], around: str = "") -> bytes:
    pieces = [" ".join(words[n : n + 50]) for n in range(0, len(words), 50)]
    html = f"<html><body>{around}" + "".join(f"<p>{piece}</p>" for piece in pieces)
    return bytes.fromhex(read_page(html.encode(), "https://a.example/").sketch)


def test_the_same_text_in_another_layout() -> None:
    assert resemblance(page(text(1)), page(text(1), "<div><a href=/>Menu</a></div><p>Short.</p>")) == 1


def test_a_text_with_another_paragraph_is_like_it() -> None:
    assert 0.7 < resemblance(page(text(1)), page([*text(1), *text(2, 50)])) < 1


def test_another_text_is_not() -> None:
    assert resemblance(page(text(1)), page(text(2))) < 0.1


def test_a_short_text_has_no_sketch() -> None:
    assert page(text(1, 40)) == b""
    assert resemblance(b"", page(text(1))) == -1


def test_a_text_without_spaces_has_one() -> None:
    letters = [chr(0x4E00 + n) for n in range(300)]
    one, two = ("".join(random.Random(seed).choices(letters, k=400)) for seed in (1, 2))
    first, second = (
        bytes.fromhex(read_page(f"<p>{t}</p>".encode(), "https://a.example/").sketch) for t in (one, two)
    )
    assert first
    assert second
    assert resemblance(first, second) < 0.1
