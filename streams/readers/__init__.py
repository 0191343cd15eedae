"""Posts from files: JSON Lines, JSON documents, CSV and TSV, and files that grow."""

from streams.readers.files import Format, InputError, read
from streams.readers.following import Follower, Position, follow
from streams.readers.plain import structs
from streams.readers.tables import parse_mapping

__all__ = ["Follower", "Format", "InputError", "Position", "follow", "parse_mapping", "read", "structs"]
