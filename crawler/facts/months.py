"""The number of a month from its name, in the languages of ``months.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _names() -> Mapping[str, Mapping[str, int]]:
    """Month names by language; under the empty one, those that mean one month in every language."""
    text = files(__package__).joinpath("months.toml").read_text(encoding="utf-8")
    tables = {
        lang: {_bare(name): number for number, names in enumerate(months, 1) for name in names}
        for lang, months in tomllib.loads(text).items()
    }
    numbers: dict[str, set[int]] = {}
    for table in tables.values():
        for name, number in table.items():
            numbers.setdefault(name, set()).add(number)
    return {**tables, "": {name: found.pop() for name, found in numbers.items() if len(found) == 1}}


def month_number(name: str, lang: str = "") -> int:
    """1 to 12, or 0 where `name` is no month; the language's own names go before the others'.

    Longer forms of an abbreviation count ("Sept."), and of two names the first known ("آب/اغسطس").
    """
    tables = _names()
    for word in _bare(name).split("/"):
        word = word.strip(".'’")
        for table in (tables.get(lang.partition("-")[0].lower(), {}), tables[""]):
            number = table.get(word) or table.get(word[:4]) or (len(word) < 5 and table.get(word[:3]))
            if number:
                return number
    return 0


def _bare(name: str) -> str:
    """Lower case; Arabic alifs without their hamza, which is often left out."""
    return name.lower().translate(_ALIFS)


_ALIFS = str.maketrans("أإآ", "ااا")
