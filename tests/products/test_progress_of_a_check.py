"""On a terminal a long check says how far it is; elsewhere standard error stays as it is."""

from __future__ import annotations

from crawler.commands import _watching
from crawler.commands._watching import Watching


def shown(tmp_path, monkeypatch, capsys, *, terminal):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(bytes(2_000_000))
    monkeypatch.setattr(_watching, "_EVERY", 0)
    monkeypatch.setattr(_watching.sys.stderr, "isatty", lambda: terminal, raising=False)
    watching = Watching()
    watching(path, 1_000_000)
    watching.clear()
    return capsys.readouterr().err


def test_a_line_on_a_terminal_that_is_taken_away(tmp_path, monkeypatch, capsys):
    told = shown(tmp_path, monkeypatch, capsys, terminal=True)
    assert "x.warc.gz: " in told
    assert " of " in told
    assert told.endswith("\r\x1b[K")


def test_nothing_elsewhere(tmp_path, monkeypatch, capsys):
    assert shown(tmp_path, monkeypatch, capsys, terminal=False) == ""
