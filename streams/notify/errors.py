"""How a delivery can fail: for now, or for good."""

from __future__ import annotations


class DeliveryError(RuntimeError):
    """A delivery failed; the message says why and where, and holds no secret.

    Parameters
    ----------
    message
        What happened.
    retry_after
        Seconds after which the receiver wants to be asked again, where it said so.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedError(DeliveryError):
    """The receiver will never take this: to try again helps nobody."""
