"""What a command's words mean: a collection, or WARC files of any origin."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import SettingError


def files_meant(names: Sequence[str]) -> list[Path]:
    """The files that `names` name; none where the first is a collection's name, or nothing is said.

    A word that is an existing file or has a path separator in it names a file. Raises `SettingError`.
    """
    if not names or not (os.sep in names[0] or Path(names[0]).is_file()):
        return []
    files = list(dict.fromkeys(Path(name) for name in names))
    for file in files:
        if file.is_dir():
            raise SettingError(f"{file} is a folder", "name its WARC files, or a collection")
        if not file.is_file():
            raise SettingError(f"there is no file {file}", "name WARC files, or a collection")
    return files
