"""What is told of a crisis in sentences: the gravest first, in the language of the page."""

from __future__ import annotations

from streams.core.crises import CrisisData, Interval
from streams.web.texts import Texts

LOUD = 1.2  # times the expected, from which a measure is worth a sentence


def sentences(data: CrisisData, t: Texts) -> list[str]:
    r"""Say what happened and how bad it is: numbers beside what was expected of them, the gravest first.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> from streams.core.crises import HarmTold
    >>> ordinary = Interval(10.0, 9.0, 2.0, 20.0, 60.0)
    >>> data = CrisisData(brand="orlen", severity="warning", kinds=["harm"], onset="", detected_at="", time="",
    ...     voices=ordinary, negatives=Interval(58.0, 7.4, 1.0, 23.0, 39.0), negativity=ordinary, mentions={},
    ...     independence="organic", terms=[], first_posts=[], telling_posts=[], model="", reason="",
    ...     harm=HarmTold(minutes=30.0, voices=22, share=0.2, kinds={"contamination": 22}))
    >>> for lang in ("en", "pl"):
    ...     print(" ".join(sentences(data, Texts(lang, ZoneInfo("UTC"), 0.0))).replace("\u00a0", " "))
    22 voices speak of harm: contamination. 58 negative voices in 39 min, 7 expected.
    22 głosy mówią o szkodzie: skażenie. 58 negatywnych głosów w ciągu 39 min, oczekiwano 7.
    """
    said = []
    if _loud(data.negatives):
        said.append(_counted("negatives", data.negatives, t))
    if data.harm:
        kinds = ", ".join(t.named("harm", kind) for kind in list(data.harm.kinds)[:3])
        harm = t("said.harm", voices=t.count("unit.harmful", data.harm.voices), kinds=kinds)
        said.insert(0 if "negativity" not in data.kinds and "harm" in data.kinds else len(said), harm)
    if _loud(data.negativity):
        share, usual = t.percent(data.negativity.observed), t.percent(data.negativity.expected)
        said.append(t("said.share", share=share, expected=usual))
    if _loud(data.voices) or not said:
        said.append(_counted("voices", data.voices, t))
    return [f"{sentence}." for sentence in said]


def _counted(what: str, interval: Interval, t: Texts) -> str:
    voices = t.count(f"unit.{what}", interval.observed)
    expected = t.number(round(interval.expected) if interval.expected >= 1 else interval.expected)
    return t(f"said.{what}", voices=voices, span=t.span(interval.minutes), expected=expected)


def _loud(interval: Interval) -> bool:
    return interval.observed > LOUD * interval.expected
