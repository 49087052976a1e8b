"""What the frontier keeps of a URL: an item, small enough for millions of them."""

from __future__ import annotations

import msgspec

from crawler.model import uri


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A URL on its way to being fetched, with where it came from. Packed as a MessagePack array.

    The order of the fields is part of what lies in Redis (`finish.lua` reads the fifth): add new ones
    at the end, with a default.
    """

    uri: str
    via: str = ""
    """The page that named it, empty for a seed."""
    path: str = ""
    """The way from the seed in Heritrix's hop letters: L a link, E a requisite, R a redirect."""
    redirects: int = 0
    """Redirects in a row that led here."""
    seed: str = ""
    """The seed that this item stands for: of the seed itself and its redirects; else empty."""
    site: str = ""
    """The registrable domain that a redirected seed added to the scope of its walk."""
    robots: bool = True
    """False where robots.txt is not asked (a web archive's own endpoints)."""
    data: dict[str, str] = {}
    """The spider's own."""

    @property
    def uri_r(self) -> str:
        """What the item is about: the URI-R that a walk through an archive seeks, else `uri`."""
        return self.data.get("uri_r", self.uri)

    @property
    def robots_of(self) -> str:
        """The origin whose robots.txt was moved here, to another host; else empty."""
        return self.data.get("robots_of", "")

    @property
    def errand(self) -> str:
        """What is to be done that is no page, such as a query of an archive's index; else empty."""
        return self.data.get("errand", "")

    @property
    def embedded(self) -> bool:
        """Whether it is a page requisite, or a redirect's target of one."""
        return self.path.rstrip("R").endswith("E")

    def led_to(self, uri: str, hop: str, data: dict[str, str] | None = None) -> Item:
        """The item for `uri`, which this one leads to by a hop of that letter."""
        return Item(
            uri=uri,
            via=self.uri,
            path=self.path + hop,
            redirects=self.redirects + 1 if hop == "R" else 0,
            site=self.site,
            robots=self.robots,
            data=data or {},
        )

    @property
    def hops(self) -> int:
        """Links away from the seed; requisites and redirects are no hop."""
        return self.path.count("L")

    @property
    def host(self) -> str:
        """``host[:port]``: whose queue and whose delay it is."""
        return uri.netloc(self.uri)

    def encode(self) -> bytes:
        """The item as it lies in Redis."""
        return _ENCODER.encode(self)

    @classmethod
    def decode(cls, packed: bytes) -> Item:
        """The item of `encode`. Nothing read from Redis is ever unpickled."""
        return _DECODER.decode(packed)


class Addition(msgspec.Struct, frozen=True):
    """A URL to be added to the frontier."""

    item: Item
    priority: int
    """Class 0 (the best) to 15 within its host: `crawler.frontier.priority`."""
    key: str
    """What it is known by within a pass; empty: forced, it is added whatever was seen before."""
    host: str = ""
    """Whose queue it waits in; empty: the host of its URI."""
    clock: str = ""
    """The clock that its host shares with others (its name has an ``@``); empty: the host's own."""
    terms: tuple[int, int] = (-1, -1)
    """Delay in ms and slots that a rule gives its clock, each -1 where none does."""

    @property
    def queue(self) -> str:
        """The host in whose queue it waits."""
        return self.host or self.item.host


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Item)
