"""Where posts come from live: each source is an async iterator of batches that can be taken up again from a cursor."""

from streams.sources.base import Batch, Source
from streams.sources.bluesky import Bluesky
from streams.sources.jetstream import HOSTS, Jetstream

__all__ = ["HOSTS", "Batch", "Bluesky", "Jetstream", "Source"]
