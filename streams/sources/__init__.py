"""Where posts come from live: each source is an async iterator of batches that can be taken up again from a cursor."""

from streams.sources.base import Batch, Source
from streams.sources.bluesky import Bluesky
from streams.sources.jetstream import Jetstream

__all__ = ["Batch", "Bluesky", "Jetstream", "Source"]
