"""The character encoding of a page: WHATWG's order and labels, decoded by Python's codecs.

A byte order mark wins over the Content-Type header, the header over ``<meta>`` (HTML Standard,
"determining the character encoding"; Encoding Standard, "decode"). A label that does not fit the bytes
gives way to the next one that does; nothing here raises. Beyond the standard a page's own label of one
byte a character gives way to UTF-8 where the bytes are such: pages that were saved keep their old label.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER = re.compile(r"(?i)charset\s*=\s*[\"']?\s*([\w:.+-]{1,40})")
_META = re.compile(rb"(?i)<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{1,40})")
_XML = re.compile(rb"(?i)^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([a-z0-9_:.-]{1,40})")
_PRESCAN = 8192
# Labels that mean another codec on the web than in Python (Encoding Standard, names and labels).
_WEB = {
    **dict.fromkeys(
        ("ascii", "us-ascii", "latin1", "l1", "iso-8859-1", "iso8859-1", "iso_8859-1"), "cp1252"
    ),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "dos-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "chinese"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("unicode", "utf-16"), "utf-16-le"),
    **{"iso-8859-8-i": "iso-8859-8", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic"},
    **{"x-euc-jp": "euc-jp", "x-cp1251": "cp1251", "x-cp1252": "cp1252"},
}
# The families that the Encoding Standard knows. Python has more ("punycode", "unicode_escape", ...).
_KNOWN = re.compile(
    r"utf-?8|utf-16-?[lb]e|iso-?8859-?\d+|windows-?\d+|cp-?\d+|ibm-?\d+|gb18030|big5hkscs|euc-jp|"
    r"iso-2022-jp|koi8-[ru]|mac-(?:roman|cyrillic)"
)

# By Python's names. Text in these is UTF-8 as well only by a chance that no page has.
_ONE_BYTE = re.compile(r"cp(?:125|874)|iso8859|koi8|mac")


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the encoding that was used for it. Never raises."""
    labels = list(_candidates(body, content_type))
    for encoding in (*labels, "utf-8"):
        text = _strictly(body, encoding)
        if text is not None:
            return text.removeprefix("\ufeff"), encoding
    encoding = labels[0] if labels else "cp1252"
    return body.decode(encoding, "replace").removeprefix("\ufeff"), encoding


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            yield encoding
    header = _HEADER.search(content_type)
    if header and (encoding := codec(header[1])):
        yield encoding
    found = _XML.match(body[:_PRESCAN]) or _META.search(body[:_PRESCAN])
    if found and (encoding := codec(found[1].decode("ascii"))):
        # A page that could be read so far is not UTF-16, whatever it says (HTML Standard, prescan).
        yield "utf-8" if encoding.startswith("utf-16") or _is_old_label(encoding, body) else encoding


def _is_old_label(encoding: str, body: bytes) -> bool:
    """Whether bytes that are labelled as text of one byte a character are UTF-8, and not only ASCII."""
    if body.isascii() or not _ONE_BYTE.match(encoding):
        return False
    return _strictly(body, "utf-8") is not None


def codec(label: str) -> str:
    """Python's name for an encoding label of the web; empty where there is none."""
    label = label.strip().lower()
    name = _WEB.get(label, label)
    if not _KNOWN.fullmatch(name):
        return ""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _strictly(body: bytes, encoding: str) -> str | None:
    """The whole of `body`, or None. A character that the end cuts in two does not count after others."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(body)
        return text if not text.isascii() else text + decoder.decode(b"", final=True)
    except UnicodeError:
        return None
