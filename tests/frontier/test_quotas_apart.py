"""A collection's quota where its frontier lies in several partitions, of which none counts all."""

from crawler.frontier.lease import Ack, Verdict
from crawler.frontier.quota import Quotas
from crawler.store.client import Store
from crawler.store.keys import Keys
from crawler.store.locate import Fixed
from tests.frontier.conftest import Crawl


async def test_a_crawl_is_full_when_its_partitions_together_are(
    embedded_url, tmp_path, page, monkeypatch
):
    async def apart(url, collection, lease_ms):
        parts = [Keys(collection.name, number) for number in range(4)]
        return [Store(url, keys, lease_ms, Fixed(url), apart=True) for keys in parts]

    monkeypatch.setattr(Store, "open_all", apart)
    crawl = Crawl(embedded_url, tmp_path)
    frontier = await crawl.open(quotas=Quotas(pages=20))
    await frontier.commit([page(f"h{n}/1") for n in range(60)], [])
    for _ in range(3):
        leased = (await frontier.claim(8, 1)).leased
        await frontier.commit([], [Ack(lease.id, Verdict.DONE, pages=1) for lease in leased])
    counts = await frontier.counts()  # as a worker does each second
    assert 20 <= counts.pages <= 24
    claim = await frontier.claim(8, 1)
    assert (claim.state, claim.leased) == ("full", [])
    await crawl.close()
