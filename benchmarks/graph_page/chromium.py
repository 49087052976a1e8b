"""Chromium under a program's hand: the DevTools protocol over a pipe, which needs no library.

Messages are JSON that end in NUL, on file descriptors 3 (to Chromium) and 4 (from it).
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--headless", "--no-sandbox", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe")
_PLACE = 'exec "${@:3}" 3<&"$1" 4>&"$2"'
"""The shell puts the ends of the pipes where Chromium looks for them."""
_PATIENCE = 60.0


def find_chromium() -> str | None:
    """The first Chromium on PATH."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Chromium:
    """A running Chromium; `events` holds what it told without being asked, in order."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, of: int) -> None:
        self._process, self._to, self._of = process, to, of
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The result of a method. Raises `RuntimeError` for what Chromium refuses."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])
            self.events.append(answer)

    def page(self, address: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        """A new page at `address`."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        page.call("Emulation.setEmulatedMedia", features=scheme)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        page.call("Page.navigate", url=address)
        return page

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._of], [], [], _PATIENCE)[0]:
                raise TimeoutError("Chromium says nothing")
            octets = os.read(self._of, 1 << 16)
            if not octets:
                raise RuntimeError(f"Chromium ended, with {self._process.wait(10)}")
            self._rest += octets
        text, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(text))


class Page:
    """One page, to be looked at and used as a reader would."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A method of this page."""
        return self._browser.call(method, self._session, **params)

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to; a promise is awaited. Raises `RuntimeError`."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", **asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until the expression is true. Raises `TimeoutError`."""
        end = time.monotonic() + _PATIENCE
        while not self.value(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"it never came: {expression}")
            time.sleep(0.02)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """``mouseMoved``, ``mousePressed``, ``mouseReleased`` or ``mouseWheel``."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x: float, y: float) -> None:
        """One click of the left button."""
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def key(self, name: str) -> None:
        """Press and let go of a key, by its name in the DOM (``ArrowDown``)."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name)

    def picture(self) -> bytes:
        """A screenshot as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every event of that name so far."""
        mine = (event for event in self._browser.events if event.get("sessionId") == self._session)
        return [event["params"] for event in mine if event["method"] == method]


@contextmanager
def running(chromium: str, *flags: str) -> Iterator[Chromium]:
    """A Chromium with an empty profile, gone when the block ends."""
    its_in, to = os.pipe()
    of, its_out = os.pipe()
    placed = ["bash", "-c", _PLACE, "bash", str(its_in), str(its_out), chromium, *_FLAGS, *flags]
    with tempfile.TemporaryDirectory(prefix="clew-chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [*placed, f"--user-data-dir={profile}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(its_in, its_out),
        )
        for end in (its_in, its_out):
            os.close(end)
        try:
            yield Chromium(process, to, of)
        finally:
            os.close(to)
            os.close(of)
            process.terminate()
            process.wait(20)
