"""How many answers a recorder kept: nobody may win by leaving some out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator


def answers(folder: Path) -> int:
    """The ``response`` and ``revisit`` records of all WARC and WACZ files below `folder`."""
    return sum(
        record.rec_type in ("response", "revisit")
        for file in _warcs(folder)
        for record in ArchiveIterator(file)
    )


def _warcs(folder: Path) -> Iterator[IO[bytes]]:
    for path in folder.rglob("*.warc.gz"):
        with path.open("rb") as file:
            yield file
    for path in folder.rglob("*.wacz"):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name.endswith((".warc", ".warc.gz")):
                    yield io.BytesIO(package.read(name))
