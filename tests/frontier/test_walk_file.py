"""What a walk was told is kept, and found again by those who decide after it."""

import pytest

from crawler.errors import ClewError, SettingError
from crawler.frontier import walk_file
from crawler.frontier.walk_file import Walk

WALK = Walk(
    spider="memento",
    scope="rules.txt",
    rules="+ example.org\n- /ä/\n",
    hops=3,
    follow="all",
    arguments={"archive": "https://web.archive.org/web/"},
)


def test_a_walk_is_read_as_it_was_written(tmp_path):
    folder = tmp_path / "news" / "frontier"
    assert walk_file.read(folder) is None
    walk_file.write(folder, WALK)
    walk_file.write(folder, WALK)
    assert walk_file.read(folder) == WALK
    assert [path.name for path in folder.iterdir()] == ["walk.json"]


def test_a_later_version_may_say_more(tmp_path):
    text = '{"spider": "story", "scope": "any", "hops": 1, "follow": "related", "mood": "good"}'
    (tmp_path / "walk.json").write_text(text)
    walk = walk_file.read(tmp_path)
    assert walk == Walk(spider="story", scope="any", hops=1, follow="related")


@pytest.mark.parametrize("text", ["", "{}", "null", '{"spider": 1}', "\xff"])
def test_what_is_no_walk_is_one_clear_error(tmp_path, text):
    (tmp_path / "walk.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingError, match=r"walk\.json.*run the crawl"):
        walk_file.read(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ClewError, match="cannot write"):
        walk_file.write(tmp_path / "file", WALK)
