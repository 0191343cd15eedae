"""How often one author counts: who writes on and on is heard, but is no crowd."""

from __future__ import annotations

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400
REMEMBERED = 2_048  # who writes more often than once in so many other authors stays known


class Authors:
    """What authors have said, in a memory of fixed size.

    An author's say thins out: a first voice, the next an hour after it, then after two, four, eight and sixteen, so
    that h hours of writing are about log2(h) voices; after a day it begins anew. Anger and the rest are counted apart,
    since somebody who asks first and is angry later has said something new; and so has who comes to harm then.

    Parameters
    ----------
    state
        By author and tone, who wrote longest ago first: when the first voice was counted (epoch seconds), and how far
        the say had thinned out at the last. Changed in place.

    Examples
    --------
    >>> authors = Authors({})
    >>> [hour for hour in range(30) if authors.is_heard(7, hour * HOUR_SECONDS, negative=True)]
    [0, 1, 2, 4, 8, 16, 24, 25, 26, 28]
    >>> authors.is_heard(7, 29 * HOUR_SECONDS, negative=False)
    True
    """

    def __init__(self, state: dict[int, tuple[int, int]]) -> None:
        self.state = state

    def is_heard(self, author: int, time: int, *, negative: bool, harm: bool = False) -> bool:
        """Say whether a new text of an author is a voice, and remember that it was said.

        Parameters
        ----------
        author
            64-bit hash; of unknown authors (0) every text is a voice.
        time
            Epoch seconds; never before that of an earlier call.
        negative
            Its tone.
        harm
            Whether it is asked for as a voice that speaks of harm.
        """
        if not author:
            return True
        key = author ^ negative << 63 ^ harm << 62
        first, counted = self.state.pop(key, (time - DAY_SECONDS, 0))
        if time - first >= DAY_SECONDS:
            first, counted = time, -1
        stage = ((time - first) // HOUR_SECONDS).bit_length()  # doublings of an hour, and one for the hour itself
        self.state[key] = first, stage
        while len(self.state) > REMEMBERED or time - self.state[next(iter(self.state))][0] >= DAY_SECONDS:
            del self.state[next(iter(self.state))]  # after a day it would begin anew anyway
        return stage > counted
