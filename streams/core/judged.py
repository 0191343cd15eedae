"""What people say of alarms: which were false, and whether the budget of false ones is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from scipy.stats import chi2

from streams.core.incident import Incident

Verdict = Literal["false", "real"]
DAY_SECONDS = 86_400.0
BOTH_ENDS = 0.025


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """False pages as people stated them, against the budget.

    Parameters
    ----------
    false, real, unjudged
        Incidents of the days that were called a false alarm, that were treated as real ones, and those of which
        nobody has said anything.
    borne
        False ones that the budget gives in so many days.
    least, most
        Interval of 95 % of how many false ones such days have on average.
    kept
        Whether the budget is kept: false where so many would come once in forty times at most if it were; true where so
        few would if it were not; None where nobody can say yet.
    """

    false: int
    real: int
    unjudged: int
    borne: float
    least: float
    most: float
    kept: bool | None


def verdict(incident: Incident) -> Verdict | None:
    """Say what people hold an incident for; None while nobody said or did anything that tells.

    It is real where it was resolved as such, or a public word was given, or one of the five steps was taken; of a part
    of another incident that one tells.
    """
    if incident.false_alarm:
        return "false"
    taken = any(one.status == "done" for one in incident.steps.values())
    return "real" if not incident.into and (incident.resolved or incident.first_word or taken) else None


def stated(incidents: Iterable[Incident], until: float, days: float, borne: float) -> Stated:
    """Hold what people stated of the incidents opened in the days before `until`, epoch seconds, against the budget.

    False alarms are Poisson counts: the interval is Garwood's exact one. Incidents of which nobody has said anything
    are not counted as false, so the upper end is too low while there are any.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28(3/4).

    Examples
    --------
    >>> told = stated([], 0.0, 30.0, 1.0)
    >>> told.false, told.least, told.most, told.kept
    (0, 0.0, 3.69, None)
    """
    within = [one for one in incidents if until - days * DAY_SECONDS < one.opened_at <= until and not one.into]
    words = [verdict(one) for one in within]
    false, unjudged = words.count("false"), words.count(None)
    least = float(chi2.ppf(BOTH_ENDS, 2.0 * false)) / 2.0 if false else 0.0
    most = float(chi2.ppf(1.0 - BOTH_ENDS, 2.0 * (false + 1.0))) / 2.0
    if least > borne:
        kept: bool | None = False
    else:
        kept = True if most <= borne and not unjudged else None
    return Stated(
        false=false,
        real=words.count("real"),
        unjudged=unjudged,
        borne=round(borne, 2),
        least=round(least, 2),
        most=round(most, 2),
        kept=kept,
    )
