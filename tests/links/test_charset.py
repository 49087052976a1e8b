"""A page is decoded as a browser decodes it: mark, header, meta, then what fits."""

import pytest

from crawler.links.charset import codec, decode
from crawler.links.page import read_page

NEWS = "Zürich – „Grüße“"


@pytest.mark.parametrize(
    ("body", "header", "encoding"),
    [
        (NEWS.encode("utf-8"), "", "utf-8"),
        (NEWS.encode("utf-8"), "text/html; charset=UTF-8", "utf-8"),
        (NEWS.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252"),
        (NEWS.encode("cp1252"), "", "cp1252"),
        (b"\xef\xbb\xbf" + NEWS.encode("utf-8"), "text/html; charset=windows-1251", "utf-8"),
        (b"\xff\xfe" + NEWS.encode("utf-16-le"), "text/html; charset=utf-8", "utf-16-le"),
        (b"\xfe\xff" + NEWS.encode("utf-16-be"), "", "utf-16-be"),
        (NEWS.encode("utf-16-le"), 'text/html; charset="utf-16"', "utf-16-le"),
    ],
)
def test_the_right_source_decides(body: bytes, header: str, encoding: str) -> None:
    assert decode(body, header) == (NEWS, encoding)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("gb2312", "前情提要"),
        ("Shift_JIS", "関連記事"),
        ("euc-kr", "관련기사"),
        ("big5", "相關新聞"),
        ("windows-1251", "Читайте также"),
        ("koi8-r", "По теме"),
        ("iso-8859-9", "İlgili haberler"),
        ("iso-8859-7", "Διαβάστε"),
        ("windows-1256", "اقرأ"),
    ],
)
def test_meta_names_the_encoding(label: str, text: str) -> None:
    body = (
        f'<html><head><meta charset="{label}"><title>'.encode() + text.encode(codec(label)) + b"</title>"
    )
    assert read_page(body, "http://a.example/").title == text


def test_the_old_meta_counts_too() -> None:
    body = b'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">' + "тема".encode(
        "cp1251"
    )
    assert decode(body)[1] == "cp1251"


@pytest.mark.parametrize("label", ["iso-8859-2", "windows-1252", "koi8-r"])
def test_a_page_saved_as_utf_8_may_keep_its_old_label(label: str) -> None:
    body = f'<meta charset="{label}"><p>Zobacz także</p>'.encode()
    assert "Zobacz także" in decode(body)[0]
    assert "Zobacz także" not in decode(body, f"text/html; charset={label}")[0]
    assert decode(f'<meta charset="{label}">See also'.encode())[1] == codec(label)


def test_a_label_that_does_not_fit_gives_way() -> None:
    body = b'<meta charset="utf-8">' + "Grüße".encode()
    assert decode(body, "text/html; charset=euc-jp")[0].endswith("Grüße")


def test_one_broken_byte_spoils_one_character_only() -> None:
    body = b'<meta charset="utf-8">' + "Grüße".encode() + b"\xff" + "Zürich".encode()
    assert decode(body)[0].endswith("Grüße\ufffdZürich")


def test_a_character_cut_in_two_at_the_end_does_not_change_the_encoding() -> None:
    assert decode("Grüße aus Zü".encode()[:-1]) == ("Grüße aus Z", "utf-8")


def test_a_page_that_says_utf_16_but_can_be_read_is_utf_8() -> None:
    assert decode(b'<meta charset="utf-16">' + "Grüße".encode())[1] == "utf-8"


@pytest.mark.parametrize(
    "label", ["", "rot13", "hex", "punycode", "unicode_escape", "utf-7", "x" * 40, "idna"]
)
def test_codecs_that_are_none_of_the_web_are_not_used(label: str) -> None:
    assert codec(label) == ""
    assert decode(b"caf\xe9", f"text/html; charset={label}") == ("café", "cp1252")
