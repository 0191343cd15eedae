"""A line of a week, small enough to stand in a table."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HEIGHT, DAY_HOURS = 30, 24
_PATH = Markup('<path d="{}" fill="none" stroke="var(--{})" stroke-width="{}" vector-effect="non-scaling-stroke"/>')
_SPARK = Markup(
    '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>{}</svg>'
)


def spark(hours: Sequence[int | None], marks: Sequence[float], title: str) -> Markup:
    """Draw counts hour by hour, broken where nothing is known.

    Parameters
    ----------
    hours
        Counts; None where nothing is known.
    marks
        Where something is to be pointed out, in hours from the beginning.
    title
        Told by screen readers in place of the picture.

    Examples
    --------
    >>> str(spark([0, 2, None, 1], [1.0], "a & b"))[:74]
    '<svg class="spark" viewBox="0 0 4 30" preserveAspectRatio="none" role="img'
    """
    width, top = len(hours), max([hour for hour in hours if hour is not None], default=0) or 1
    days = "".join(f"M{day} 0V{HEIGHT}" for day in range(DAY_HOURS, width, DAY_HOURS))
    line, before = "", False
    for at, hour in enumerate(hours):
        if hour is not None:
            y = (HEIGHT - 1) - (HEIGHT - 3) * hour / top
            line += f"{'L' if before else 'M'}{at + 0.5:g} {y:.1f}"
        before = hour is not None
    alarms = "".join(f"M{mark:.1f} 0V{HEIGHT}" for mark in marks)
    paths = ((days, "rule", 1), (alarms, "alarm", 2), (line, "ink", 1.3))
    drawn = Markup().join(_PATH.format(*path) for path in paths if path[0])
    return _SPARK.format(width, HEIGHT, title, drawn)
