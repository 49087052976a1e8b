"""HTML bytes in, scored related-story links with their reasons out. No input or output.

The path of a page: ``charset`` -> ``tree`` (the one parse) -> ``outline`` (lines and anchors in
document order) -> ``segment`` (headings and what they head) -> ``features`` (what can be said of a
link) -> ``judge`` (class, score, reasons). ``page`` is the door; ``docs/related-links.md`` the method.
"""
