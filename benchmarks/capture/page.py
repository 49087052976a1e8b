"""Made-up news pages that compress, parse and link as real ones do; the same from run to run."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_COMMON = Path(__file__).with_name("words.txt").read_text().split()
"""Words of news, frequent ones first."""
_SYLLABLES = re.findall("..", "karendamorvetishobraunselgafenlomithperinaswihaleystonaqui")

PAGE_SIZE = 53_000
"""Bytes of a page: 50 to 56 KB."""
_CLASSES = ("lede", "body", "body body--wide", "quote", "fact-box", "media-note")
_SCRIPT = """<script>(function(w,d){{w.dataLayer=w.dataLayer||[];w.dataLayer.push({{"event":"page",
"id":"{id}","section":"{section}","words":{words},"published":"2026-0{month}-1{day}T0{day}:1{month}:00Z","tags":{tags}}});
var s=d.createElement("script");s.async=true;s.dataset.key="{key}";w.requestIdleCallback&&
w.requestIdleCallback(function(){{d.documentElement.classList.add("is-ready-{key}")}});}})(window,document);</script>\n"""


@cache
def style() -> str:
    """A stylesheet as pages carry it inline."""
    chance = random.Random(7)
    sides = ("margin", "padding", "border-width")
    rules = (
        f".{name(chance).lower()}-{number}{{{chance.choice(sides)}:{chance.randrange(32)}px "
        f"{chance.randrange(24)}px;color:#{chance.randrange(1 << 24):06x};"
        f"font:{chance.randrange(11, 32)}px/1.{chance.randrange(9)} Georgia,serif}}\n"
        for number in range(90)
    )
    return "".join(rules)


def page(number: int, links: Sequence[str], pictures: Sequence[str], size: int = PAGE_SIZE) -> bytes:
    """A page of about `size` bytes; `links` and `pictures` are paths, in plain HTML."""
    chance = random.Random(number)
    title = " ".join(name(chance) for _ in range(5))
    head = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta property="og:title" content="{title}">\n'
        f'<meta name="description" content="{_sentence(chance)}">\n'
        f"<style>\n{style()}</style>\n{_script(chance)}</head><body>\n<nav><ul>\n"
    )
    around = [f'<li class="promo"><a href="{link}">{_sentence(chance, 9)}</a></li>\n' for link in links]
    around += [
        f'<figure><img src="{path}" alt="{_sentence(chance, 6)}"></figure>\n' for path in pictures
    ]
    parts = [head, *around, f"</ul></nav><article><h1>{title}</h1>\n"]
    filled = sum(map(len, parts))
    while filled < size - 40:
        parts.append(_script(chance) if chance.random() < 0.1 else _paragraph(chance))
        filled += len(parts[-1])
    return ("".join(parts) + f"</article><!-- {number:08d} --></body></html>\n").encode()


def picture(number: int, size: int = 20_000) -> bytes:
    """Bytes that do not compress, as a JPEG's, and differ from picture to picture."""
    return b"\xff\xd8\xff\xe0" + random.Random(-1 - number).randbytes(size)


def name(chance: random.Random) -> str:
    """A made-up word with a capital."""
    return "".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 4))).capitalize()


def _sentence(chance: random.Random, length: int = 0) -> str:
    length = length or chance.randrange(8, 26)
    words = [name(chance) if chance.random() < 0.12 else word(chance) for _ in range(length)]
    return " ".join(words).capitalize() + "."


def word(chance: random.Random) -> str:
    """Frequent words more often, as in real text (Zipf)."""
    return _COMMON[int(len(_COMMON) * chance.random() ** 3)]


def _paragraph(chance: random.Random) -> str:
    kind, key = chance.choice(_CLASSES), chance.randrange(1 << 20)
    text = " ".join(_sentence(chance) for _ in range(chance.randrange(2, 4)))
    return (
        f'<div class="article__block article__block--text" data-component="text" data-id="{key:05x}">\n'
        f'  <p class="article__paragraph {kind}" dir="ltr">{text}</p>\n</div>\n'
    )


def _script(chance: random.Random) -> str:
    return _SCRIPT.format(
        id=f"{chance.getrandbits(64):016x}",
        section=word(chance),
        words=chance.randrange(200, 1500),
        month=chance.randrange(1, 10),
        day=chance.randrange(10),
        tags=str([name(chance) for _ in range(4)]).replace("'", '"'),
        key=f"{chance.getrandbits(40):010x}",
    )
