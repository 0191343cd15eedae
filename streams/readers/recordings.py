"""Recorded frames of Bluesky's Jetstream, as the posts they hold."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from streams.core.posts import Unreadable
from streams.readers.lines import Readable, lines
from streams.sources.frames import read_frame, to_post

_encoder = msgspec.json.Encoder()


def recordings(file: Readable) -> Iterator[tuple[int, bytes]]:
    """Turn lines of frames into records of posts; likes and the like are passed over.

    Yields
    ------
    line : int
    record : bytes
        JSON of a post; a frame that cannot be read is handed on as it stands, for the dead letters.
    """
    for number, frame in lines(file):
        try:
            post = to_post(read_frame(frame))
        except Unreadable:
            yield number, frame
        else:
            if post is not None:
                yield number, _encoder.encode(post)
