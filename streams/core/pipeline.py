"""Match and watch in one process: the whole core on a list of posts."""

from __future__ import annotations

from collections.abc import Sequence

from streams.core.match import Match, OriginOf, Taken
from streams.core.mentioning import Model
from streams.core.posts import Post, Posts
from streams.core.settings import Settings
from streams.core.watch import Outcome, Watch


class Pipeline:
    """Posts in, crises out, without broker, clock or file.

    Parameters
    ----------
    settings
        Brands and detection.
    model
        Scores posts.

    Examples
    --------
    >>> from detectors.sentiment import SentimentModel
    >>> from streams.core.settings import Brand
    >>> pipeline = Pipeline(Settings(brands=(Brand(id="orlen", name="Orlen"),)), SentimentModel())
    >>> post = Post(id="1", source="x", text="Orlen, wstyd!", created_at=1767369600.0)
    >>> pipeline.take([(post, "example:1")]).readings
    []
    >>> reading = pipeline.finish().readings[-1]
    >>> reading.brand, reading.mentions
    ('orlen', 1)
    """

    def __init__(self, settings: Settings, model: Model) -> None:
        self.settings = settings
        self.model = model
        self.match = Match(settings, model)
        self.watch = Watch(settings)

    def configure(self, settings: Settings) -> None:
        """Go on by other settings."""
        self.settings = settings
        self.match.configure(settings)
        self.watch.configure(settings)

    def take(self, posts: Sequence[tuple[Post, str]]) -> Outcome:
        """Take posts in, each with its origin; return what came of the buckets they closed."""
        self.gather(Posts.of([post for post, _ in posts]), [origin for _, origin in posts])
        return self.advance()

    def gather(self, posts: Posts, origins: OriginOf, now: float | None = None) -> Taken:
        """Do the first half of `take`: match and score. `now` is the runtime's clock where posts are live."""
        return self.match.take(posts, origins, now)

    def advance(self) -> Outcome:
        """Do the second half of `take`: close buckets and watch."""
        (batch,) = self.match.batches()
        return self.watch.take(batch)

    def resume(self) -> None:
        """Let the match stage go on from where the watch, whose state was loaded, had come."""
        for number, come in self.watch.inputs.items():
            if number == self.match.number:
                self.match.resume(come)

    def idle(self, now: float) -> Outcome:
        """Let event time go on with the runtime's clock while no posts come."""
        self.match.idle(now)
        return self.advance()

    def finish(self) -> Outcome:
        """Close all buckets that have posts: the history is at its end."""
        self.match.idle()
        return self.advance()
