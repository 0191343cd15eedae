"""What findings mean: severity is monotone, floors hold, and the sentence tells the most surprising first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.burst import Burst
from detectors.tone import Tone
from streams.core.crises import Severity
from streams.core.judgement import Findings, Limits, judge
from streams.core.settings import Detection
from streams.core.telling import reason

LIMITS = Limits.of(Detection(), brands=1)
MINUTES = 15
surprises = st.floats(0, 40)
counts = st.floats(0, 500)


def findings(
    volume: float = 0.0,
    anger: float = 0.0,
    tone: float = 0.0,
    smoulder: float = 0.0,
    *,
    negatives: float = 0.0,
    share: float = 0.2,
    reach: float = 0.0,
    harm: float = 0.0,
    harmed: float = 0.0,
) -> Findings:
    """Findings of a quarter of an hour with the given surprises, so many negatives, and such a share of them."""
    mentions = negatives / share
    angry = Burst(anger, 0.0, negatives + 1.0, 1.0, mentions + 1.0 / share, 0.1)
    return Findings(
        Burst(volume, 0.0, mentions, mentions / 4, mentions, 0.1),
        angry,
        Tone(tone, 0.0, negatives, mentions, 0.1, 0.0),
        angry._replace(surprise=smoulder),
        reach,
        Burst(harm, 0.0, harmed, 0.05, harmed + 10.0, 0.5),
    )


parts = st.tuples(surprises, surprises, surprises, surprises)


@given(parts, parts, counts, counts)
def test_more_never_lowers_the_severity(
    one: tuple[float, ...], more: tuple[float, ...], few: float, many: float
) -> None:
    lower = judge(findings(*one, negatives=few), LIMITS)
    higher = judge(findings(*map(sum, zip(one, more, strict=True)), negatives=few + many), LIMITS)
    assert higher.severity >= lower.severity
    assert set(lower.kinds) <= set(higher.kinds)


def bursts(counts: st.SearchStrategy[float]) -> st.SearchStrategy[Burst]:
    """Any finding of counts, of which at most all posts are."""
    times, spreads = st.floats(0, 20_000), st.floats(0.01, 1.0)
    others = st.floats(0, 500)
    return st.builds(
        lambda surprise, since, observed, expected, other, spread: Burst(
            surprise, since, observed, expected, observed + other, spread
        ),
        surprises, times, counts, counts, others, spreads,
    )  # fmt: skip


tones = st.builds(
    lambda surprise, since, negatives, other, usual, doubt: Tone(
        surprise, since, negatives, negatives + other, usual, doubt
    ),
    surprises, st.floats(0, 20_000), counts, counts, st.floats(0.01, 0.99), st.floats(0.0, 0.3),
)  # fmt: skip
anything = st.builds(
    Findings, bursts(counts), bursts(counts), tones, bursts(counts), st.floats(0, 2_000), bursts(st.floats(0, 60))
)
amounts = st.floats(0, 300)


def more_negatives(of: Findings, number: float, *, instead: bool) -> Findings:
    """Give findings with more negatives, that come in addition, or instead of other voices where there are so many."""

    def more(burst: Burst) -> Burst:
        added = min(number, burst.posts - burst.observed) if instead else number
        return burst._replace(observed=burst.observed + added, posts=burst.posts + (0.0 if instead else added))

    tone = of.tone
    added = min(number, tone.mentions - tone.negatives) if instead else number
    tone = tone._replace(negatives=tone.negatives + added, mentions=tone.mentions + (0.0 if instead else added))
    return of._replace(anger=more(of.anger), smoulder=more(of.smoulder), tone=tone)


@settings(max_examples=500)
@given(anything, st.sampled_from(["volume", "anger", "tone", "smoulder", "harm"]), amounts, st.floats(0, 20_000))
def test_severity_is_monotone_in_surprise(of: Findings, name: str, more: float, at: float) -> None:
    part = getattr(of, name)
    raised = of._replace(**{name: part._replace(surprise=part.surprise + more)})
    assert judge(raised, LIMITS, at).severity >= judge(of, LIMITS, at).severity


@settings(max_examples=500)
@given(anything, amounts, st.booleans(), st.floats(0, 20_000))
def test_severity_is_monotone_in_negatives(of: Findings, more: float, instead: bool, at: float) -> None:
    raised = more_negatives(of, more, instead=instead)
    assert judge(raised, LIMITS, at).severity >= judge(of, LIMITS, at).severity


@settings(max_examples=500)
@given(anything, amounts, st.floats(0, 20_000))
def test_severity_is_monotone_in_voices(of: Findings, more: float, at: float) -> None:
    louder = of._replace(volume=of.volume._replace(observed=of.volume.observed + more, posts=of.volume.posts + more))
    assert judge(louder, LIMITS, at).severity >= judge(of, LIMITS, at).severity


@settings(max_examples=500)
@given(anything, amounts, st.floats(0, 20_000))
def test_severity_is_monotone_in_reach_and_unknown_reach_lowers_nothing(of: Findings, more: float, at: float) -> None:
    unknown, near, far = (judge(of._replace(reach=reach), LIMITS, at) for reach in (0.0, of.reach, of.reach + more))
    assert unknown.severity <= near.severity <= far.severity
    assert unknown.severity >= min(Severity.WARNING, far.severity)  # reach alone makes no crisis


@settings(max_examples=500)
@given(anything, st.floats(0, 60), surprises, st.floats(0, 20_000))
def test_severity_is_monotone_in_harm(of: Findings, more: float, surprise: float, at: float) -> None:
    harm = of.harm._replace(
        observed=of.harm.observed + more, posts=of.harm.posts + more, surprise=of.harm.surprise + surprise
    )
    none, some, raised = (
        judge(of._replace(harm=one), LIMITS, at).severity for one in (of.harm._replace(observed=0.0), of.harm, harm)
    )
    assert none <= some <= raised


@given(surprises)
def test_four_voices_of_harm_are_no_crisis_and_five_are(surprise: float) -> None:
    assert judge(findings(harm=surprise, harmed=4.0), LIMITS).severity == Severity.CALM
    if surprise >= LIMITS.page:
        assert judge(findings(harm=surprise, harmed=5.0), LIMITS)[:2] == (Severity.WARNING, ["harm"])


def test_harm_makes_a_crisis_critical_sooner_than_anger() -> None:
    late = 36_000
    assert judge(findings(harm=9, harmed=19), LIMITS, late).severity == Severity.WARNING
    assert judge(findings(harm=9, harmed=21), LIMITS, late).severity == Severity.CRITICAL
    assert judge(findings(harm=9, harmed=11), LIMITS, 900).severity == Severity.CRITICAL
    angry = findings(anger=9, negatives=40, share=0.3)
    assert judge(angry, LIMITS, late).severity == Severity.WARNING
    both = findings(anger=9, negatives=40, share=0.3, harm=9, harmed=10)
    assert judge(both, LIMITS, late).severity == Severity.CRITICAL


@given(parts)
def test_ten_angry_posts_never_page(surprise: tuple[float, ...]) -> None:
    assert judge(findings(*surprise, negatives=10.0), LIMITS).severity <= Severity.NOTICE


@given(surprises, counts)
def test_a_surge_without_anger_never_pages(surprise: float, negatives: float) -> None:
    surge = judge(findings(surprise, surprise, 0.0, surprise, negatives=negatives, share=0.1), LIMITS)
    assert surge.severity <= Severity.NOTICE


def test_the_scale_of_severity() -> None:
    assert judge(findings(), LIMITS).severity == Severity.CALM
    assert judge(findings(volume=9, negatives=40), LIMITS).severity == Severity.NOTICE
    assert judge(findings(tone=9, negatives=40), LIMITS).severity == Severity.WARNING
    assert judge(findings(anger=9, negatives=40, share=0.3), LIMITS).severity == Severity.WARNING
    assert judge(findings(anger=9, tone=9, negatives=100), LIMITS).severity == Severity.CRITICAL
    quick, slow = (judge(findings(anger=9, tone=9, negatives=40), LIMITS, at).severity for at in (900, 36_000))
    assert (quick, slow) == (Severity.CRITICAL, Severity.WARNING)
    near, far = (
        judge(findings(anger=9, tone=9, negatives=40, reach=reach), LIMITS, 36_000).severity for reach in (299, 301)
    )
    assert (near, far) == (Severity.WARNING, Severity.CRITICAL)
    assert (
        judge(findings(anger=9, tone=9, negatives=29, share=0.6, reach=10_000), LIMITS, 36_000).severity
        == Severity.WARNING
    )


def test_what_burns_slowly_is_called_so() -> None:
    assert judge(findings(smoulder=9, negatives=40), LIMITS)[:2] == (Severity.WARNING, ["smoulder"])
    assert judge(findings(anger=9, smoulder=9, negatives=40), LIMITS).kinds == ["negativity", "smoulder"]


def test_more_brands_or_a_smaller_budget_ask_for_more() -> None:
    many = Limits.of(Detection(), brands=100)
    strict = Limits.of(Detection(false_pages_per_month=0.01), brands=1)
    assert many.page == strict.page == LIMITS.page + 2.0


def test_the_sentence_begins_with_what_is_most_surprising_and_leaves_out_the_ordinary() -> None:
    sentence = reason("opened", findings(tone=9, negatives=30, share=0.75), MINUTES * 60.0, angry=True)
    assert sentence == "75% negative (54% to 89%) over 15 min where 10% is usual."
    both = reason("opened", findings(volume=7, anger=12, tone=9, negatives=30, share=0.75), MINUTES * 60.0, angry=True)
    assert both.startswith("31 negative voices in 15 min where 1 were expected; 75% negative")
    assert both.endswith("40 voices in 15 min where 10 were expected.")
    assert "surge" in reason("opened", findings(volume=9, negatives=30), MINUTES * 60.0, angry=False)
