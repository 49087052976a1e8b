"""The door of this package: `read_page` turns the bytes of a page into a `Page`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from lxml import etree

from crawler.facts.head import Head, read_head
from crawler.facts.reading import read_facts
from crawler.facts.sketch import sketch
from crawler.links.address import address
from crawler.links.article_text import article_text
from crawler.links.candidate import Candidate
from crawler.links.charset import decode
from crawler.links.days import story_day
from crawler.links.drawing import outline
from crawler.links.features import Describer
from crawler.links.judge import Verdict, judge, reasons
from crawler.links.learned import correct, sighting
from crawler.links.normalise import unwrap
from crawler.links.requisites import requisites
from crawler.links.resolve import Joiner, Resolver
from crawler.links.scorer import SCORER
from crawler.links.tree import MAX_BYTES, parse
from crawler.model.facts import Facts
from crawler.model.sighting import Known, Sighting
from crawler.model.story import LinkClass
from crawler.model.uri import hostname

EXTRACTOR = SCORER.version
"""The version of the judgement; it stands in every story edge."""

# libxml2 puts html, body and p around any text; a page has some other element.
_MARKUP = ("title", "meta", "a", "div", "table", "h1", "ul", "img", "br", "script", "font", "frame")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page. `uri` is its URI-R, `href` the same as the page writes it, not percent-encoded.

    `score` is 0 to 1 that it is related, `position` counts from 0.
    """

    uri: str
    href: str
    text: str
    heading: str
    score: float
    link_class: LinkClass
    reasons: tuple[str, ...]
    position: int
    shown: str = ""
    """The date beside the link, as the page writes it; empty where it shows none."""

    def day(self, today: date) -> date | None:
        """The day of the story that is linked, on a page of `today`; None where nothing tells."""
        return story_day(self.uri, self.shown, today)


class Page:
    """What one page says; links are worked out once, when they are asked for.

    `uri` is the URI-R; `named` are the story's other addresses by how the page names
    them (canonical, og:url, amphtml, print, mobile), `story_uris` the same as a list; `refresh` is the
    absolute target of a meta refresh or None; `nofollow` what the robots meta says; `truncated` whether
    more than 8 MiB came.
    """

    extractor = EXTRACTOR

    def __init__(
        self, root: etree._Element | None, uri: str, encoding: str, truncated: bool = False
    ) -> None:
        self._root = root
        self.uri = unwrap(uri)
        self.encoding = encoding
        self.truncated = truncated
        self._head = Head(base=uri) if root is None else read_head(root, uri, encoding)
        self.base = self._head.base
        self._resolve = Resolver(self.base, self.encoding)
        self.refresh = self._head.refresh
        self.nofollow = self._head.nofollow
        self.named = {way: unwrap(named) for way, named in self._head.named.items()}
        self.story_uris = tuple(dict.fromkeys(self.named.values()))
        self._learned: dict[str, tuple[str, ...]] = {}

    @property
    def site(self) -> str:
        """The host of its address."""
        return hostname(self.uri)

    @property
    def title(self) -> str:
        """The headline."""
        return self.facts.title

    @property
    def lang(self) -> str:
        """The language, a BCP 47 tag."""
        return self.facts.lang

    @property
    def published(self) -> str:
        """The ISO 8601 date or date-time of publication."""
        return self.facts.published

    @cached_property
    def facts(self) -> Facts:
        """The facts of the article, with their sources; read when they are first asked for."""
        if self._root is None:
            return Facts()
        facts = read_facts(self._root, self.uri, self._head, self.encoding)
        return replace(facts, image=unwrap(facts.image))

    @cached_property
    def sketch(self) -> str:
        """What stands for the words of the text (`crawler.facts.sketch`); empty for short texts."""
        return "" if self._root is None else sketch(self._root)

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The running text of the story (`crawler.links.article_text`)."""
        return () if self._root is None else article_text(outline(self._root).lines)

    @property
    def empty(self) -> bool:
        """Whether there is no element to read: no bytes, white space, comments only."""
        return self._root is None

    @cached_property
    def is_html(self) -> bool:
        """Whether there is markup at all: libxml2 makes a page of any bytes."""
        return self._root is not None and next(self._root.iter(*_MARKUP), None) is not None

    def requisites(self) -> list[str]:
        """Absolute URIs of images, stylesheets, scripts and icons, in document order, each once."""
        return [] if self._root is None else requisites(self._root, Joiner(self.base, self.encoding))

    def links(self) -> list[Link]:
        """Every http(s) link, each story's address once, in document order."""
        return [self._link(one, position) for position, one in enumerate(self._verdicts)]

    def related(self) -> list[Link]:
        """The links judged related, in document order, `position` counted among them."""
        chosen = (one for one in self._verdicts if one.link_class is LinkClass.RELATED)
        return [self._link(one, position) for position, one in enumerate(chosen)]

    @cached_property
    def sighting(self) -> Sighting:
        """What this page, judged alone, shows of its site: for the memory that other pages share."""
        return sighting(self.uri, self._head.title, self._verdicts)

    def recall(self, known: Known) -> None:
        """Judge the links once more, by what the site's other pages showed: the answer to `sighting`."""
        self._learned = correct(self._verdicts, self.sighting, known)

    def _link(self, verdict: Verdict, position: int) -> Link:
        candidate = verdict.candidate
        return Link(
            uri=candidate.uri,
            href=self._resolve.written(candidate.anchor.href),
            text=verdict.text,
            heading=candidate.heading,
            score=verdict.score,
            link_class=verdict.link_class,
            reasons=(*self._learned.get(candidate.uri, ()), *reasons(candidate)),
            position=position,
            shown=candidate.shown,
        )

    @cached_property
    def _verdicts(self) -> tuple[Verdict, ...]:
        return judge(self.candidates, self.own_keys)

    @property
    def own_keys(self) -> frozenset[str]:
        """The keys of the page's own story."""
        return frozenset(address(uri).key for uri in (self.uri, *self.story_uris))

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Every link with its evidence, in document order: what is judged, and learned from."""
        if self._root is None:
            return []
        title = f"{self._head.title} {self._head.heading}"
        return Describer(outline(self._root), self.uri, title).describe(self._resolve)


def read_page(body: bytes, uri: str, content_type: str = "") -> Page:
    """Read a page from the bytes of its payload, content coding removed. Never raises.

    `uri` is where it was fetched, a URI-R or URI-M; `content_type` the header's value, for its charset.
    At most 8 MiB are parsed and 10,000 links judged.
    """
    text, encoding = decode(body[:MAX_BYTES], content_type)
    return Page(parse(text), uri, encoding, len(body) > MAX_BYTES)
