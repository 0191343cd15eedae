"""What to expect of a count at an hour of the week, and how sure to be of it while young."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from detectors.calendar import SUNDAY, Calendar

HOURS = 168
SUNDAY_SLOT = int(SUNDAY)
QUARTER = 900
CAUTION = 0.3  # relative variance of an hour as it is when people quarrel: one hour of a week proves little


class Expectation(NamedTuple):
    """Expected count of one bucket and the relative variance with which that expectation is known."""

    mean: float
    uncertainty: float


class Quarter(msgspec.Struct, frozen=True):
    """What is expected in a quarter of an hour: the two hours of the week around it, an hour's counts in each.

    `share` is how much of its beginning belongs to the later one; on an `odd` day neither learns.
    """

    number: int = -1
    here: Expectation = Expectation(0.0, 1.0)
    there: Expectation = Expectation(0.0, 1.0)
    share: float = 0.0
    slots: tuple[int, int] = (0, 0)
    odd: bool = False


class BaselineState(msgspec.Struct):
    """All that a baseline has learned, in a form that can be encoded."""

    weight: float = 1.0
    clock: float = 0.0
    week_count: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS)
    week_hours: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS)
    day_count: list[float] = msgspec.field(default_factory=lambda: [0.0] * 24)
    day_hours: list[float] = msgspec.field(default_factory=lambda: [0.0] * 24)
    all_count: float = 0.0
    all_hours: float = 0.0
    recent_seen: float = 0.0
    recent_expected: float = 0.0
    quarter: Quarter = Quarter()


class SeasonalBaseline:
    """Expected counts by hour of week, shrunk towards the hour of day, shrunk towards the overall rate.

    A Gamma-Poisson hierarchy with exponential forgetting. While an hour of the week has not been seen, its
    expectation is that of the hour of day; while that has not been seen either, the overall rate; each missing level
    adds to the stated uncertainty, so that a young baseline gives wide intervals rather than false alarms.
    Neighbouring hours are interpolated, and a ratio of recent counts to expected ones follows trend and level.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    half_life_days
        After how long an observation counts half.
    recent_hours
        Half-life of the ratio that follows trend and level; infinite to follow neither.
    calendar
        Whose hours and holidays count. On a holiday that is no Sunday people may live as on either day: the
        expectation is between the two, as uncertain as they differ, and such a day teaches nothing of its weekday.
    warm_hours
        So many hours of counts are enough to be surprised by anything.

    Examples
    --------
    >>> baseline = SeasonalBaseline(bucket_seconds=3600)
    >>> for hour in range(24 * 21):
    ...     baseline.learn(hour * 3600.0, 10.0 if hour % 24 < 8 else 100.0)
    >>> night, day = (baseline.expect(24 * 21 * 3600.0 + hour * 3600.0).mean for hour in (3, 14))
    >>> round(night), round(day)
    (11, 100)
    """

    DAY_VARIANCE, WEEK_VARIANCE = 0.5, 0.1  # relative variance between hours of a day, and between days at one hour
    PRIOR_COUNT, PRIOR_HOURS = 0.5, 0.05  # believed of the overall rate before anything is seen: next to nothing
    RECENT_COUNT = 30.0  # counts that the recent ratio needs before it is believed by half

    def __init__(
        self,
        bucket_seconds: int = 60,
        half_life_days: float = 28.0,
        recent_hours: float = 168.0,
        calendar: Calendar | None = None,
        warm_hours: float = 0.5,
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.calendar = calendar or Calendar()
        self.warm_hours = warm_hours
        self.half_life_days = half_life_days
        self.recent_hours = recent_hours
        self.scatter = CAUTION
        self._hours = bucket_seconds / 3600.0
        self._recent_keep = 0.5 ** (self._hours / recent_hours)
        self.restore(BaselineState())

    def restore(self, state: BaselineState) -> None:
        """Go on from a state."""
        self.state = state
        self._known: tuple[float, float, Expectation] | None = None  # of one bucket, asked for several times
        self._ahead: Quarter | None = None

    def expect(self, time: float) -> Expectation:
        """Give the expected count of the bucket that begins at `time` (epoch seconds)."""
        return self._look(time)[1]

    @property
    def hourly_rate(self) -> float:
        """Counts an hour, all hours of the week alike."""
        state, weight = self.state, self.state.weight
        return (state.all_count + self.PRIOR_COUNT * weight) / (state.all_hours + self.PRIOR_HOURS * weight)

    @property
    def doubt_of_days(self) -> float:
        """Relative variance with which the counts of whole days are known, where `scatter` is that of one day."""
        state, weight = self.state, self.state.weight
        return weight / (state.all_count + weight) + self.scatter * weight / (state.all_hours / 24.0 + weight)

    @property
    def is_warm(self) -> bool:
        """Whether enough was seen to be surprised by anything."""
        return self.state.all_hours >= self.warm_hours * self.state.weight

    def learn(self, time: float, count: float, exposure: float = 1.0) -> None:
        """Take the count of the bucket that begins at `time` into account.

        Parameters
        ----------
        exposure
            Part of the bucket's posts that could be counted at all, above 0.
        """
        state = self.state
        profile = self._look(time)[0]
        self._known = None
        state.quarter = quarter = self._place(time)
        state.recent_seen = state.recent_seen * self._recent_keep + count
        state.recent_expected = state.recent_expected * self._recent_keep + (profile * exposure or count)
        weight = self._weigh(time)
        hours = self._hours * exposure
        if not quarter.odd:
            share = self._share(quarter, time)
            for slot, part in zip(quarter.slots, ((1.0 - share) * weight, share * weight), strict=True):
                state.week_count[slot] += part * count
                state.week_hours[slot] += part * hours
                state.day_count[slot % 24] += part * count
                state.day_hours[slot % 24] += part * hours
        state.all_count += weight * count
        state.all_hours += weight * hours

    def rebase(self, seen: float, expected: float) -> None:
        """Take the level of an hour, of which `seen` were counted where `expected` were, for the new normal, at once.

        The rhythm is kept, as far as there is one: what a rhythm next to nothing cannot be scaled to is added to all
        hours alike.
        """
        state, ratio = self.state, (seen + 1.0) / (expected + 1.0)
        rest = max(0.0, seen - ratio * expected)
        for counts, hours in ((state.week_count, state.week_hours), (state.day_count, state.day_hours)):
            counts[:] = [ratio * count + rest * hour for count, hour in zip(counts, hours, strict=True)]
        state.all_count = ratio * state.all_count + rest * state.all_hours
        state.recent_seen = state.recent_expected = 0.0
        state.quarter = Quarter()
        self._known = self._ahead = None

    def _look(self, time: float) -> tuple[float, Expectation]:
        """Give the seasonal profile and the expectation made of it, between the hours whose middles are around it."""
        if self._known is None or self._known[0] != time:
            quarter = self._place(time)
            here, there, share = quarter.here, quarter.there, self._share(quarter, time)
            profile = (here.mean + share * (there.mean - here.mean)) * self._hours
            uncertainty = here.uncertainty + share * (there.uncertainty - here.uncertainty)
            self._known = time, profile, Expectation(profile * self._recent_ratio(), uncertainty)
        return self._known[1:]

    def _share(self, quarter: Quarter, time: float) -> float:
        """Give how much of a bucket belongs to the later of its two hours."""
        return quarter.share + (time + self.bucket_seconds / 2.0 - quarter.number * QUARTER) / 3_600.0

    def _place(self, time: float) -> Quarter:
        """Look up the two hours around a bucket: once a quarter of an hour, in which they hardly learn."""
        number = int((time + self.bucket_seconds / 2.0) // QUARTER)
        if number == self.state.quarter.number:
            return self.state.quarter
        if self._ahead is None or self._ahead.number != number:  # only looked at: it stands once it is learned in
            moment = float(number * QUARTER)
            middle = self.calendar.hour_of_week(moment) - 0.5
            hour = int(middle // 1.0)
            now = self.calendar.hour(moment)
            odd = now.holiday and now.of_week < SUNDAY
            slots = hour % HOURS, (hour + 1) % HOURS
            here, there = (self._expect_hour(slot, odd=odd) for slot in slots)
            self._ahead = Quarter(number, here, there, middle - hour, slots, odd)
        return self._ahead

    def _expect_hour(self, slot: int, *, odd: bool) -> Expectation:
        """Give the rate of an hour of the week; on an odd day it may be that of a Sunday as well."""
        if not self.state.all_hours:
            return Expectation(0.0, 1.0)
        own = self._slot(slot)
        if not odd:
            return own
        sunday = self._slot(SUNDAY_SLOT + slot % 24)
        difference = (own.mean - sunday.mean) / (own.mean + sunday.mean)
        return Expectation((own.mean + sunday.mean) / 2.0, own.uncertainty + difference * difference)

    def _weigh(self, time: float) -> float:
        """Weigh newer observations more instead of decaying 168 older ones, and rescale before numbers grow large."""
        state = self.state
        if state.clock:
            state.weight *= 2.0 ** (max(0.0, time - state.clock) / (self.half_life_days * 86_400.0))
        state.clock = max(state.clock, time)
        if state.weight > 1e6:
            scale, state.weight = 1.0 / state.weight, 1.0
            for values in (state.week_count, state.week_hours, state.day_count, state.day_hours):
                values[:] = [value * scale for value in values]
            state.all_count *= scale
            state.all_hours *= scale
        return state.weight

    def _slot(self, hour: int) -> Expectation:
        """Blend what is known of an hour of the week, of that hour of all days, and of all hours."""
        state, weight, of_day = self.state, self.state.weight, hour % 24
        all_hours = Expectation(self.hourly_rate, weight / (state.all_count + weight))
        count, hours = state.day_count[of_day] / weight, state.day_hours[of_day] / weight
        daily = _blend(all_hours, self.DAY_VARIANCE, count, hours, self.scatter)
        count, hours = state.week_count[hour] / weight, state.week_hours[hour] / weight
        return _blend(daily, self.WEEK_VARIANCE, count, hours, self.scatter)

    def _recent_ratio(self) -> float:
        state = self.state
        ratio = (state.recent_seen + self.RECENT_COUNT) / (state.recent_expected + self.RECENT_COUNT)
        return min(3.0, max(1.0 / 3.0, ratio))


def _blend(above: Expectation, variance: float, count: float, hours: float, scatter: float) -> Expectation:
    """Shrink a rate towards the level above, as far as few hours of counts ought not to be believed.

    Parameters
    ----------
    above
        Rate an hour of the level above.
    variance
        Relative variance of this level around the one above, before anything was seen of it.
    count, hours
        What was seen of this level.
    scatter
        Relative variance of one hour of this stream beyond chance.
    """
    if hours <= 0.0:
        return Expectation(above.mean, above.uncertainty + variance)
    chance, prior = 1.0 / above.mean, above.uncertainty + variance
    own = prior / (prior + (chance + CAUTION) / hours)
    return Expectation(
        mean=own * count / hours + (1.0 - own) * above.mean,
        uncertainty=own * own * (chance + scatter) / hours + (1.0 - own) ** 2 * prior,
    )
