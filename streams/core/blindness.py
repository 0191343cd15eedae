"""Put the silence of a source into words and numbers: what larum does not hear, it says that it does not hear."""

from __future__ import annotations

from detectors.counts import count_interval
from streams.core.crises import EVERY_BRAND, CrisisData, CrisisEvent, Interval, Step, event
from streams.core.sources import Told
from streams.core.sourcewatch import Spell
from streams.core.times import rfc3339

NOTHING = Interval(0.0, 0.0, 0.0, 0.0)
DISPERSION = 0.1  # of the interval that is shown; decisions are the detector's


def tell(told: Told, bucket_seconds: int, model: str) -> CrisisEvent:
    """Make the event of one step in a silence: a page, since crises go unseen while it lasts."""
    spell, at = told.spell, told.bucket + bucket_seconds
    seen, due = round(spell.seen, 2), round(spell.due, 2)
    low, high = (round(bound, 2) for bound in count_interval(due, DISPERSION))
    data = CrisisData(
        brand=EVERY_BRAND,
        severity="warning",
        kinds=["silence"],
        onset=rfc3339(spell.onset),
        detected_at=rfc3339(spell.opened + bucket_seconds),
        time=rfc3339(at),
        voices=Interval(seen, due, low, high, (at - spell.onset) / 60.0),
        negatives=NOTHING,
        negativity=NOTHING,
        mentions={},
        independence="organic",
        terms=[],
        first_posts=[],
        telling_posts=[],
        model=model,
        reason=reason(told.step, told.source, spell, at, given_up=told.given_up),
        silent_source=told.source,
    )
    return event(told.step, spell.number, spell.onset, at, data)


def reason(step: Step, source: str, spell: Spell, at: int, *, given_up: bool) -> str:
    """Say in one sentence what is not heard.

    Examples
    --------
    >>> reason("opened", "bluesky", Spell(0, seen=0.0, due=87.4), 1500, given_up=False)
    '0 posts from bluesky in 25 min where 87 were expected: larum does not hear it.'
    """
    heard = f"{spell.seen:.0f} posts from {source} in {_span(at - spell.onset)} where {spell.due:.0f} were expected"
    if given_up:
        return f"{heard}: it is no longer waited for, and begins anew with its next posts."
    if step == "closed":
        return f"{source} is heard again; {heard}."
    return (
        f"{heard}: larum does not hear it." if spell.seen < 0.1 * spell.due else f"{heard}: larum hears little of it."
    )


def _span(seconds: int) -> str:
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
