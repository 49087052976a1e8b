"""A made graph of any size: threads of stories at several sites, each linking back to earlier ones.

It is written as the merge writes it (``stories.jsonl``, ``edges.jsonl``) with a log that names the
seeds, always the same for the same number of stories.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.model.collection import Collection
from crawler.model.timestamp import to_warc_date

_SITES = (
    "harbour-post",
    "the-tidings",
    "north-star",
    "el-faro",
    "die-woche",
    "al-manar",
    "maariv-daily",
)
_SECTIONS = (
    "World",
    "Politics",
    "Business",
    "Science",
    "Opinion",
    "Culture",
    "Sport",
    "Health",
    "Local",
)
_LANGUAGES = {"el-faro": "es", "die-woche": "de", "al-manar": "ar", "maariv-daily": "he"}
_WORDS = {
    "en": "council harbour barrage vote talks minister strike summit inquiry flood treaty storm bridge",
    "es": "consejo puerto presa voto cumbre ministro huelga tormenta tratado puente informe marea",
    "de": "Rat Hafen Sperrwerk Wahl Gipfel Minister Streik Sturm Vertrag Brücke Bericht Flut",
    "ar": "المجلس الميناء السد التصويت القمة الوزير الإضراب العاصفة المعاهدة الجسر",
    "he": "המועצה הנמל הסכר ההצבעה הפסגה השר השביתה הסערה האמנה הגשר",
}
_HEADINGS = ("Related stories", "See also", "More on this story", "Background", "Mehr zum Thema")
_REASONS = ("+heading says related", "+dated", "+shares title words", "+same directory", "-long list")
_NOT_CAPTURED = ("dead", "missing", "pending", "out-of-scope")
_BEGIN = datetime(2008, 4, 4, 12, tzinfo=UTC)


def made(root: Path, stories: int, links: int = 4) -> Collection:
    """A collection of that many stories with about `links` related links each, under `root`."""
    collection = Collection(root, f"made-{stories}")
    collection.make_folders()
    dice = random.Random(stories)
    told = [_story(dice, number, stories) for number in range(stories)]
    _write(collection.graph / "edges.jsonl", _edges(dice, told, links))
    _write(collection.graph / "stories.jsonl", told)
    seeds = (
        {"url": told[n]["uris"][0], "hops": 0, "via": ""} for n in range(0, stories, 1 + stories // 3)
    )
    _write(collection.logs / "crawl-made-1.log", seeds)
    return collection


def _write(path: Path, lines: Any) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")


def _story(dice: random.Random, number: int, stories: int) -> dict[str, Any]:
    site = _SITES[min(int(dice.expovariate(0.55)), len(_SITES) - 1)]
    lang = _LANGUAGES.get(site, "en")
    title = " ".join(dice.choices(_WORDS[lang].split(), k=dice.randint(4, 8))).capitalize()
    uri = f"https://www.{site}.example/{2008 + number % 3}/{number:05d}-{title.split()[0].lower()}.html"
    published = _BEGIN + timedelta(days=700 * (number / stories) ** 0.8 + dice.gauss(0, 9))
    section = _SECTIONS[min(int(dice.expovariate(0.4)), len(_SECTIONS) - 1)]
    return {
        "id": _id(uri),
        "uris": [uri, *([uri + "?print=1"] if number % 5 == 0 else [])],
        "title": f"{title} ({number})",
        "published": published.strftime("%Y-%m-%dT%H:%M:%SZ") if number % 7 else "",
        "section": section if number % 11 else "",
        "authors": [f"{dice.choice('ABCDEFG')}. Writer {dice.randint(1, 90)}"] if number % 3 else [],
        "site": f"www.{site}.example",
        "site_name": site.replace("-", " ").title(),
        "lang": lang,
        "sources": {"published": "json-ld datePublished", "title": "meta og:title"},
        "captures": [_capture(dice, uri, published) for _ in range(1 + (number % 9 == 0))],
        "thread": (number // 90) * 3 + dice.randrange(3),
    }


def _capture(dice: random.Random, uri: str, published: datetime) -> dict[str, str]:
    moment = published + timedelta(hours=dice.expovariate(1 / 300))
    record = hashlib.sha256(f"{uri} {moment}".encode()).hexdigest()[:12]
    return {
        "uri": uri,
        "datetime": to_warc_date(moment.replace(microsecond=0)),
        "record_id": f"<urn:uuid:00000000-0000-4000-8000-{record}>",
    }


def _edges(dice: random.Random, told: list[dict[str, Any]], links: int) -> Iterator[dict[str, Any]]:
    for number, story in enumerate(told):
        earlier = [
            n for n in range(max(0, number - 400), number) if told[n]["thread"] == story["thread"]
        ]
        for position in range(min(int(dice.expovariate(1 / links)) + 1, 14)):
            if dice.random() < 0.22:
                yield _edge(dice, story, position, None)
            elif earlier and dice.random() < 0.9:
                yield _edge(dice, story, position, told[dice.choice(earlier[-18:])])
            elif number:
                yield _edge(dice, story, position, told[dice.randrange(number)])
    for story in told:
        story.pop("thread", None)


def _edge(
    dice: random.Random, story: dict[str, Any], position: int, target: dict[str, Any] | None
) -> dict[str, Any]:
    gone = f"https://{story['site']}/gone/{dice.randrange(10**6)}.html"
    to = target["uris"][0] if target else gone
    status = "captured" if target else dice.choice(_NOT_CAPTURED)
    return {
        "id": story["captures"][0]["record_id"],
        "extractor": "made/1",
        "class": "related" if dice.random() < 0.93 else "related_ext",
        "from": story["uris"][0],
        "from_datetime": story["captures"][0]["datetime"],
        "to": to,
        "text": target["title"] if target else "More about " + story["title"][:20].lower(),
        "heading": _HEADINGS[position % len(_HEADINGS)],
        "position": position,
        "score": round(min(1, max(0.3, dice.gauss(0.78, 0.16))), 3),
        "source": "memento",
        "reasons": list(_REASONS[: dice.randint(1, 5)]),
        "archive": "web.archive.example" if dice.random() < 0.8 else "archive.museum.example",
        "status": status,
        **({"to_datetime": target["captures"][0]["datetime"]} if target else {}),
        **({"reason": "404"} if status == "dead" else {}),
        "from_story": story["id"],
        "to_story": target["id"] if target else "",
    }


def _id(uri: str) -> str:
    return "urn:clew:story:" + hashlib.sha256(uri.encode()).hexdigest()[:16]
