"""``make demo``: the main job without a network, on the sample site that ships with the project.

Serves the site on a free loopback port, crawls it from one article, and says what was archived.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
COLLECTION = "demo"
DELAY = "0.2"


@contextmanager
def site() -> Iterator[str]:
    """The sample site's address while it is served, on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        server = subprocess.Popen([sys.executable, str(HERE / "server.py"), "--ready", str(ready)])
        try:
            while not ready.exists():
                if server.poll() is not None:
                    sys.exit("demo: the sample site did not start")
                time.sleep(0.02)
            yield json.loads(ready.read_text())["url"]
        finally:
            server.terminate()
            server.wait(10)


def crawl(address: str) -> int:
    """Crawl the site from its first article; the exit code of `scrapy crawl`."""
    start = json.loads((HERE / "expected.json").read_text())["start"]
    arguments = ["-a", f"seeds={address}{start}", "-a", f"collection={COLLECTION}"]
    settings = ["-s", "ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8", "-s", f"DOWNLOAD_DELAY={DELAY}"]
    command = ["scrapy", "crawl", "story", *arguments, *settings]
    print("$ " + " ".join(command), flush=True)
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode


def main() -> int:
    """Run the demo; 0 when it went well."""
    print("The sample site is served on loopback, so the demo allows 127.0.0.0/8 (Clew refuses private")
    print(f"addresses otherwise) and sets a delay of {DELAY} s between fetches (the default is 3 s).\n")
    shutil.rmtree(Path("collections") / COLLECTION, ignore_errors=True)  # an earlier demo's
    with site() as address:
        code = crawl(address)
    if code:
        return code
    print()
    subprocess.run([sys.executable, "-m", "scrapy", "collection", "report", COLLECTION], check=False)
    print(
        f"\nThe collection is in collections/{COLLECTION}: WARC files in archive/, the index in indexes/,"
    )
    print("the story graph in graph/, reports in reports/, one log line for each fetch in logs/.")
    print(f"\nLook at it: make pywb, then .venv/bin/scrapy replay {COLLECTION}")
    print(
        f"See the story: .venv/bin/scrapy collection graph {COLLECTION} --html (a page for any browser)"
    )
    print(f"Package it: .venv/bin/scrapy collection wacz {COLLECTION} (opens in ReplayWeb.page)")
    print("Your own:   make crawl SEEDS=https://... OPERATOR='Your Name, you@example.org'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
