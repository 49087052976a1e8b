"""What class names and ids say of a box: "td.most-popular", "relatedLinks", "c-article__see_also"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from crawler.links.lexicon import INDEX, PRODUCT, PROMO, RELATED

NAVIGATION = "navigation"
# Expressions that begin with a letter, or with \b and a letter; where two fit, the first polarity wins.
_SAID = {
    PRODUCT: r"outbrain taboola sponsor advert affiliate commerc shop(?:ping)?\b newsletter subscri "
    r"paywall \bads?\b \bad[-_]",
    PROMO: r"popular most[-_]?(?:read|view|shared|comment|pop|recent) trend top[-_]?stor topnews latest "
    r"recommend recirc meist plus[-_]lus mas[-_]?(?:leid|vist) piu[-_]?lett ranking best[-_]?of "
    r"just[-_]?in breaking ticker headlines editors?[-_]?pick livestat hotnews spotlight up[-_]?next "
    r"infinite \bmore[-_]?from \bprev \bnext",
    RELATED: r"relat(?!ive) see[-_]?also relacion verwandt similar more[-_]?on(?![a-z]) associated "
    r"readmore read[-_]more correlat gerelateerd benzer zumthema zum[-_]thema lireaussi lire[-_]aussi "
    r"backgroundlink storylink kanren",
    NAVIGATION: r"navi?gation menu breadcrumb foot(?:er)?\b footer header\b masthead toolbar social "
    r"share sharing comment login sitemap language edition cookie consent pagination pager \bnav "
    r"\bcrumb \bsub-?nav",
    INDEX: r"\btags?\b tag[-_]?list topics?\b keyword categor byline author",
}
_POLARITIES = [(polarity, re.compile(said.replace(" ", "|"))) for polarity, said in _SAID.items()]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    """One expression for all, by first letters: most places of a label are seen at once to fit none."""
    after_bound = (re.sub(r"^\\b(.)", r"\1(?<=\\b\1)", one) for one in expressions)
    by_letter = groupby(sorted(after_bound, key=lambda one: one[0]), lambda one: one[0])
    return re.compile(
        "|".join(f"{letter}(?:{'|'.join(one[1:] for one in ones)})" for letter, ones in by_letter)
    )


_ANY = _any_of(" ".join(_SAID.values()).split())


@lru_cache(maxsize=4096)
def label_cue(label: str) -> str:
    """The polarity of a box's class and id, or empty. Weaker than any heading."""
    label = label[:300]
    folded = label.lower()
    if folded != label:
        folded = _CAMEL.sub("-", label).lower()
    found = _ANY.search(folded)
    if found is None:
        return ""
    return next(polarity for polarity, said in _POLARITIES if said.match(folded, found.start()))
