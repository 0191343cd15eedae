"""How often somebody may show a token that is nobody's."""

from __future__ import annotations

from collections import OrderedDict

from streams.web.limits import KEYS, Buckets, Rate, Taken


class Guesses:
    """Wrong tokens, from each address and from everywhere.

    Where too many came from everywhere, strangers are kept out, but nobody who has come in from an address before:
    else whoever has many addresses could keep all people out.

    Parameters
    ----------
    each
        From one address.
    all_of_them
        From everywhere.

    Examples
    --------
    >>> guesses = Guesses(Rate(1, 30.0), Rate(200, 1.0))
    >>> guesses.full("192.0.2.1"), guesses.wrong("192.0.2.1")
    (None, None)
    >>> guesses.full("192.0.2.1")[0], guesses.full("192.0.2.2")
    (Rate(burst=1, seconds=30.0), None)
    """

    def __init__(self, each: Rate, all_of_them: Rate) -> None:
        self._each, self._all = Buckets(each), Buckets(all_of_them)
        self._welcome: OrderedDict[str, None] = OrderedDict()

    def full(self, address: str) -> tuple[Rate, Taken] | None:
        """Give which rate has been used up, and for how long; None where a token may be shown."""
        taken = self._each.look(address)
        if not taken.allowed:
            return self._each.rate, taken
        taken = self._all.look("")
        return None if taken.allowed or address in self._welcome else (self._all.rate, taken)

    def wrong(self, address: str) -> None:
        """Count a wrong token."""
        self._each.take(address)
        self._all.take("")

    def right(self, address: str) -> None:
        """Note that somebody came in from an address."""
        self._welcome[address] = None
        self._welcome.move_to_end(address)
        if len(self._welcome) > KEYS:
            self._welcome.popitem(last=False)
