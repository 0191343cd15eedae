"""Which of two forecasters is better, decided while they forecast: by bets on the difference of their errors."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Standing = Literal["learning", "trusted", "stepped back"]
STANDINGS = get_args(Standing)

BETS = (0.1, 0.3, 0.9)
MARGIN = 0.01
SELDOM = 1_000.0


class ContestState(msgspec.Struct, array_like=True):
    """How a contest stands, in a form that can be encoded: for each bet, what it has won against either hypothesis."""

    standing: Standing = "learning"
    sound: list[float] = msgspec.field(default_factory=lambda: [1.0] * len(BETS))
    worse: list[float] = msgspec.field(default_factory=lambda: [1.0] * len(BETS))


class Contest:
    """Whether a forecaster that learns deserves to be heard rather than one that does not.

    Before each answer a stake is laid on the learner's square error being the larger one: if it is not worse, that
    stake wins nothing in the long run, whatever the answers and their order, and that it ever wins enough for the
    learner to step back takes `seldom` answers on average, or more. Another stake is laid against its being worse by
    more than `margin`: when that has won as much, the learner is trusted, for the first time or again. A stake that has
    lost begins anew, so it is the last answers that decide, as many as it takes. Either decision takes evidence, and so
    does the one that undoes it: there is no flutter.

    Parameters
    ----------
    seldom
        Answers, on average, between two decisions that are wrong.
    margin
        Difference of mean square errors that a learner may be worse by and yet be trusted: it has more to learn.

    References
    ----------
    [^1]: Shin, J., Ramdas, A. and Rinaldo, A., 2023. E-detectors: a nonparametric framework for sequential change
        detection. New England Journal of Statistics in Data Science 2(2), 229-260.
    [^2]: Choe, Y. and Ramdas, A., 2024. Comparing sequential forecasters. Operations Research 72(4), 1368-1387.

    Examples
    --------
    >>> contest = Contest()
    >>> for _ in range(100):
    ...     contest.update(True, learner=0.9, other=0.5)
    >>> contest.standing
    'trusted'
    >>> for _ in range(100):
    ...     contest.update(False, learner=0.9, other=0.5)
    >>> contest.standing
    'stepped back'
    """

    def __init__(self, seldom: float = SELDOM, margin: float = MARGIN) -> None:
        self.seldom = seldom
        self.margin = margin
        self._state = ContestState()

    @property
    def standing(self) -> Standing:
        """``learning`` until something is shown, ``trusted``, or ``stepped back`` for the other one."""
        return self._state.standing

    def update(self, y_true: bool, learner: float, other: float) -> None:
        """Take in an answer, beside the probabilities that both had given to its being true."""
        state = self._state
        worse = (learner - y_true) ** 2 - (other - y_true) ** 2
        if state.standing != "stepped back" and self._wins(state.worse, worse):
            self._state = ContestState("stepped back")
        elif state.standing != "trusted" and self._wins(state.sound, self.margin - worse):
            self._state = ContestState("trusted")

    def _wins(self, stakes: list[float], gain: float) -> bool:
        """Settle the stakes; say whether together they have won enough."""
        for at, bet in enumerate(BETS):
            stakes[at] = max(1.0, stakes[at]) * (1.0 + bet * gain)
        return sum(stakes) >= self.seldom * len(BETS)

    def dump(self) -> ContestState:
        """Give the state for encoding; it is live, so encode it before the next update."""
        return self._state

    def restore(self, state: ContestState) -> None:
        """Go on from a state that `dump` gave to one with the same parameters.

        Raises
        ------
        ValueError
            It has another number of bets.
        """
        if not len(state.sound) == len(state.worse) == len(BETS):
            raise ValueError(f"a contest has {len(BETS)} bets")
        self._state = state
