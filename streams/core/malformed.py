"""What decoding raises on input that is none: of all of it, nothing may end a worker."""

from __future__ import annotations

import msgspec

MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""Not of the type, not UTF-8 within a string, nested deeper than the interpreter's stack goes."""
