"""The WARC files and indexes inside a WACZ (WACZ 1.1.1), found without reading what they hold.

A package is a ZIP file whose archives are stored, not deflated, so that a record in one lies at a place
of the package itself; members that are deflated all the same are refused.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from crawler.errors import MalformedRecord
from pipelines.holdings.files import File

ENDING = ".wacz"
_LOCAL = struct.Struct("<26xHH")
"""Lengths of name and extra field in a local file header (APPNOTE.TXT, 4.3.7)."""
_LOCAL_SIGN = b"PK\x03\x04"
_INDEXES = (".cdxj", ".cdx", ".cdx.gz", ".cdxj.gz")


def archives(package: File) -> list[File]:
    """The WARC files in it. Raises `MalformedRecord`."""
    with package.open() as file, _opened(file, package) as zipped:
        return [
            _member(file, package, entry)
            for entry in zipped.infolist()
            if entry.filename.startswith("archive/") and ".warc" in entry.filename
        ]


def index_lines(package: File) -> Iterator[bytes]:
    """The lines of its indexes, if it has any, in the order of each. Raises `MalformedRecord`."""
    with package.open() as file, _opened(file, package) as zipped:
        for entry in zipped.infolist():
            if entry.filename.startswith("indexes/") and entry.filename.endswith(_INDEXES):
                with zipped.open(entry) as member:
                    lines = gzip.GzipFile(fileobj=member) if entry.filename.endswith(".gz") else member
                    yield from (line for line in lines if line.strip() and not line.startswith(b"!"))


def _opened(file: BinaryIO, package: File) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise MalformedRecord(f"{package.uri}: no WACZ: {error}", "make the package anew") from error


def _member(file: BinaryIO, package: File, entry: zipfile.ZipInfo) -> File:
    if entry.compress_type != zipfile.ZIP_STORED:
        reason = f"{package.uri}: {entry.filename} is deflated, so no record in it has a place"
        raise MalformedRecord(reason, "unpack the package and name its WARC files")
    file.seek(entry.header_offset)
    if len(header := file.read(_LOCAL.size)) < _LOCAL.size or not header.startswith(_LOCAL_SIGN):
        reason = f"{package.uri}: {entry.filename} does not lie where the package says"
        raise MalformedRecord(reason, "make the package anew")
    name, extra = _LOCAL.unpack(header)
    start = entry.header_offset + _LOCAL.size + name + extra
    return package.stretch(entry.filename, start, entry.file_size)
