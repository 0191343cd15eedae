"""How much of what is said about a brand is heard, by the sources it is usually spoken of in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from streams.core.sources import MOST_SOURCES, Coverages
from streams.core.tallies import Mention

MEMORY = 10_000.0  # mentions, beyond which older ones count half


class Mix(msgspec.Struct):
    """Mentions of a brand by source, older ones faded.

    Examples
    --------
    >>> mix = Mix({"bluesky": 75.0, "mastodon": 25.0})
    >>> mix.covered({"mastodon": 0.0}), mix.covered({}), Mix().covered({"mastodon": 0.0})
    (0.75, 1.0, 1.0)
    """

    mentions: dict[str, float] = msgspec.field(default_factory=dict)

    def learn(self, mentions: Iterable[Mention]) -> None:
        """Take the mentions of a bucket into account in which all sources were heard."""
        known = self.mentions
        for source, count in sorted(Counter(mention.source for mention in mentions).items()):
            if source in known or len(known) < MOST_SOURCES:
                known[source] = known.get(source, 0.0) + count
        if sum(known.values()) > MEMORY:
            self.mentions = {source: count / 2.0 for source, count in known.items() if count >= 1.0}

    def covered(self, coverages: Coverages) -> float:
        """Give the part of the brand's posts that is heard where sources are covered so; 1 where nothing is known."""
        total = sum(self.mentions.values())
        if not coverages or not total:
            return 1.0
        return sum(count * coverages.get(source, 1.0) for source, count in self.mentions.items()) / total
