"""The brands of a shard: those that were named of late at hand, the others at rest, as the bytes they are kept in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import xxhash

from streams.core.brandstate import VERSION
from streams.core.brandwatch import BrandWatch
from streams.core.packing import require, waits
from streams.core.settings import Brand, Settings

ROOM = 2_000  # brands at hand: some hundred kilobytes each
ROUND = 60  # buckets, within which every brand at rest is gone on with


class Roster(Mapping[str, BrandWatch]):
    """Give the watches of brands, and keep no more of them at hand than there is room for.

    A brand that was never named costs nothing. One that is calm, has no open bucket and was not named for the longest
    time is put to rest: encoded and packed, a twentieth of the memory. It is gone on with when it is named again, and
    once a round. Its buckets are closed by then as they would have been one by one, since what is said of other brands
    makes no difference to it; all that is put off is a step that a bucket without a single mention would tell.

    Parameters
    ----------
    settings
        Widths, thresholds and floors.
    brands
        Of this shard.
    room
        How many may be at hand.

    Examples
    --------
    >>> brands = [Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")]
    >>> roster = Roster(Settings(brands=tuple(brands)), brands)
    >>> sorted(roster), len(roster.at_hand), roster["orlen"].life.is_open, len(roster.at_hand)
    (['orlen', 'zabka'], 0, False, 1)
    """

    def __init__(self, settings: Settings, brands: Sequence[Brand], room: int = ROOM) -> None:
        self._room = room
        self._brands: dict[str, Brand] = {}
        self._at_hand: dict[str, BrandWatch] = {}  # the one named longest ago first
        self._resting: dict[str, bytes] = {}
        self._restless: set[str] = set()  # loaded, and not to be left as they are
        self._left: dict[str, bytes] = {}  # states of brands that were taken out of the configuration
        self._deleted: dict[int, set[int]] = {}
        self.changed: set[str] = set()  # by deletions, while they were at rest
        self.rested: set[str] = set()  # put to rest, or gone, since this was last cleared
        self.configure(settings, brands)

    def configure(self, settings: Settings, brands: Sequence[Brand]) -> None:
        """Go by other settings, for other brands: those that stay go on as they stand, those that come back as well."""
        at_hand = {name: brand.dump() for name, brand in self._at_hand.items()}
        self.rested |= self._brands.keys() - {brand.id for brand in brands}
        self._settings = settings
        self._brands = {brand.id: brand for brand in brands}
        self._turns: list[list[str]] = [[] for _ in range(ROUND)]
        for name in self._brands:
            self._turns[xxhash.xxh3_64_intdigest(name.encode()) // ROUND % ROUND].append(name)
        self._spare: dict[tuple[str, ...] | None, list[BrandWatch]] = {}
        self._blank: dict[tuple[str, ...] | None, bytes] = {}
        self._restless &= self._brands.keys()
        self._left |= {name: record for name, record in at_hand.items() if name not in self._brands}
        self._left |= {name: self._resting.pop(name) for name in self._resting.keys() - self._brands.keys()}
        self._at_hand.clear()
        for name, record in at_hand.items():  # in the same order
            if name in self._brands:
                self._at_hand[name] = self._watch_of(self._brands[name], record)
        for name in self._left.keys() & self._brands.keys():
            self.load(name, self._left.pop(name))

    def is_known(self, name: str) -> bool:
        """Whether there is a state of a brand, or it was named since."""
        return name in self._at_hand or name in self._resting

    def __len__(self) -> int:
        return len(self._brands)

    def __iter__(self) -> Iterator[str]:
        return iter(self._brands)

    def __contains__(self, name: object) -> bool:
        return name in self._brands

    def __getitem__(self, name: str) -> BrandWatch:
        """Give the watch of a brand, which is at hand from now on."""
        brand = self._at_hand.pop(name, None) or self._wake(name)
        self._at_hand[name] = brand
        return brand

    @property
    def at_hand(self) -> Mapping[str, BrandWatch]:
        """The brands at hand, the one that was named longest ago first; what was loaded and cannot wait is one."""
        while self._restless:
            name = self._restless.pop()
            if name not in self._at_hand:
                self._at_hand[name] = self._wake(name)
        return self._at_hand

    @property
    def wide(self) -> bool:
        """Whether there are more brands than room."""
        return len(self._brands) > self._room

    def delete(self, posts: Collection[int]) -> int:
        """Subtract deleted posts from the brands at hand, and note them for the others; return how many were known."""
        known = 0
        for name, brand in self.at_hand.items():
            if found := brand.delete(posts):
                known += found
                self.changed.add(name)
        return known

    def note_deleted(self, posts: Collection[int], bucket: int) -> None:
        """Remember deletions for brands at rest, for as long as it takes until each has had its turn."""
        if posts and self.wide:
            width = ROUND * self._settings.detection.bucket_seconds
            number = bucket // width
            self._deleted.setdefault(number, set()).update(posts)
            for old in [one for one in self._deleted if one < number - 1]:
                del self._deleted[old]

    def due(self, start: int, end: int) -> Iterator[tuple[str, BrandWatch]]:
        """Give the brands that have to be gone on with when the buckets from `start` to `end` are over.

        Those at hand, those that cannot wait, and of those at rest those whose turn it is. Names in no certain order.
        """
        yield from list(self.at_hand.items())
        width = self._settings.detection.bucket_seconds
        for number in range(max(start // width, end // width - ROUND), end // width):
            for name in self._turns[number % ROUND]:
                if name in self._resting:
                    brand = self._wake(name)
                    yield name, brand
                    self._rest(name, brand)

    def load(self, name: str, record: bytes) -> None:
        """Take what `dump` gave of a brand; it is not looked into before it has to be.

        Raises
        ------
        ValueError
            It was written by another version.
        """
        if name in self._brands:
            require(record, VERSION, f"brand {name!r}")
            self._at_hand.pop(name, None)
            self._resting[name] = record
            if not (self.wide and waits(record)):
                self._restless.add(name)

    def dump(self, name: str) -> bytes:
        """Give the state of a brand, packed."""
        return self._resting[name] if name in self._resting else (self._at_hand.get(name) or self._wake(name)).dump()

    @property
    def deletions(self) -> dict[int, list[int]]:
        """Deletions that brands at rest may not know of, by number of the round."""
        return {number: sorted(posts) for number, posts in self._deleted.items()}

    @deletions.setter
    def deletions(self, deletions: Mapping[int, Collection[int]]) -> None:
        self._deleted = {number: set(posts) for number, posts in deletions.items()}

    def _wake(self, name: str) -> BrandWatch:
        record = self._resting.pop(name, None)
        brand = self._watch_of(self._brands[name], record)
        if record is not None:
            self.rested.discard(name)
            for posts in self._deleted.values():
                if brand.delete(posts):
                    self.changed.add(name)
        return brand

    def _watch_of(self, brand: Brand, record: bytes | None) -> BrandWatch:
        """Make the watch of a brand out of one that was put to rest, which is quicker than to make a new one."""
        spare = self._spare.setdefault(brand.countries, [])
        if spare:
            watch = spare.pop()
            watch.become(brand, record or self._blank[brand.countries])
        else:
            watch = BrandWatch(brand, self._settings)
            if brand.countries not in self._blank:
                self._blank[brand.countries] = watch.dump()
            if record is not None:
                watch.load(record)
        return watch

    def _rest(self, name: str, brand: BrandWatch) -> None:
        """Put a brand to rest, if it may."""
        if brand.may_rest:
            self._at_hand.pop(name, None)
            self._resting[name] = brand.dump()
            self.rested.add(name)
            self._spare[brand.brand.countries].append(brand)
        else:
            self._at_hand[name] = brand

    def settle(self) -> Iterator[None]:
        """Put to rest those for which there is no room at hand, one by one."""
        over = len(self._at_hand) - self._room
        for name, brand in islice(list(self._at_hand.items()), max(0, over)):
            self._rest(name, brand)
            yield
