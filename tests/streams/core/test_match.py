"""The match stage: which posts become mentions of which brand, and what else a flush tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detectors.errors import Error
from streams.core.match import EXCERPTS, Match, Taken
from streams.core.posts import Post, Posts
from streams.core.settings import Brand, Settings
from streams.core.tallies import Tally, decode
from streams.core.watch import Watch, shard_of
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")))


def match(**options: Any) -> Match:
    return Match(SETTINGS, Keyword(), **options)


def post(number: int, text: str, time: float = MONDAY, **fields: Any) -> tuple[Post, str]:
    return Post(id=str(number), source="x", text=text, created_at=float(time), **fields), f"test:{number}"


def take(one: Match, posts: Sequence[tuple[Post, str]]) -> Taken:
    return one.take(Posts.of([said for said, _ in posts]), [origin for _, origin in posts])


def tallies(one: Match) -> dict[tuple[str, int], Tally]:
    return {(tally.brand, tally.bucket): tally for batch in one.batches() for tally in batch.tallies}


def test_a_post_is_a_mention_of_every_brand_it_names() -> None:
    one = match()
    take(one, [post(1, "W Orlenie i w Żabce wstyd"), post(2, "Nic o nikim"), post(3, "Orlenem, dalej", MONDAY + 61)])
    found = tallies(one)
    assert {key: len(tally.mentions) for key, tally in found.items()} == {
        ("orlen", MONDAY): 1, ("zabka", MONDAY): 1, ("orlen", MONDAY + 60): 1,
    }  # fmt: skip
    (mention,) = found["zabka", MONDAY].mentions
    assert mention.negative == 0.9
    assert mention.excerpt is not None
    assert (mention.excerpt.id, mention.excerpt.origin) == ("1", "test:1")


def test_repeats_are_dropped_and_deletions_handed_on() -> None:
    one = match()
    taken = take(one, [post(1, "Orlen"), post(1, "Orlen"), post(1, "", kind="delete"), post(2, "Orlen")])
    assert (taken.posts, taken.matched, taken.repeats, taken.deletions) == (4, 2, 1, 1)
    (batch,) = one.batches()
    assert batch.deleted == [post(1, "Orlen")[0].identity]
    assert one.batches()[0].tallies == []


def test_a_repost_names_what_it_repeats_by_identity_or_else_by_its_words() -> None:
    one = match()
    first, told = post(1, "Orlen wstyd"), post(2, "Orlen wstyd", repost_of="1")
    take(one, [first, told, post(3, "RT @ktoś: Orlen, wstyd!"), post(4, "Orlen to RT @ktoś")])
    own, by_identity, by_words, comment = tallies(one)["orlen", MONDAY].mentions
    assert own.original == comment.original == 0
    assert by_identity.original == first[0].identity == own.post
    assert by_words.original == by_words.text == own.text


def test_a_language_that_is_not_scored_is_counted_all_the_same() -> None:
    one = match()
    take(one, [post(1, "Orlen ist eine Schande", lang="de")])
    assert tallies(one)["orlen", MONDAY].mentions[0].negative is None


def test_each_shard_gets_its_brands_and_every_deletion() -> None:
    one = match(shards=3)
    take(one, [post(1, "Orlen"), post(2, "Żabka"), post(3, "", kind="delete")])
    batches = [decode(record) for record in one.flush()]
    assert [len(batch.deleted) for batch in batches] == [1, 1, 1]
    for shard, batch in enumerate(batches):
        assert all(shard_of(tally.brand, 3) == shard for tally in batch.tallies)


def test_an_order_to_rebaseline_goes_to_its_brands_shard_once_and_moves_no_clock() -> None:
    one = match(shards=3)
    take(one, [post(1, "Orlen"), post(2, "zabka", MONDAY + 500, kind="rebaseline")])
    batches = [decode(record) for record in one.flush()]
    orders = {shard: batch.rebaselined for shard, batch in enumerate(batches) if batch.rebaselined}
    assert orders == {shard_of("zabka", 3): [("zabka", MONDAY + 480)]}
    assert {batch.watermark for batch in batches} == {MONDAY - SETTINGS.detection.lateness_seconds}
    assert [batch.rebaselined for batch in one.batches()] == [[], [], []]


def test_only_some_of_many_mentions_carry_their_words() -> None:
    one = match()
    take(one, [post(number, f"Orlen {'wstyd' if number == 77 else 'ok'} {number}") for number in range(500)])
    mentions = tallies(one)["orlen", MONDAY].mentions
    told = [mention for mention in mentions if mention.excerpt]
    assert len(mentions) == 500
    assert len(told) <= EXCERPTS
    assert any("wstyd" in mention.excerpt.text for mention in told if mention.excerpt)


def test_the_watermark_follows_the_slowest_source_within_bounds() -> None:
    one = match()
    take(one, [post(1, "x", MONDAY + 1_000)])
    assert one.batches()[0].watermark == MONDAY + 940
    slow = Post(id="1", source="slow", text="x", created_at=MONDAY + 400.0)
    take(one, [(slow, "")])
    assert one.batches()[0].watermark == MONDAY + 400 - 60
    take(one, [post(2, "x", MONDAY + 1_001)])
    assert one.batches()[0].watermark == MONDAY + 1_001 - 60


def test_a_slow_source_is_waited_for_across_a_restart() -> None:
    before, watch, after = match(), Watch(SETTINGS), match()
    slow = Post(id="1", source="slow", text="x", created_at=MONDAY + 400.0)
    take(before, [post(1, "x", MONDAY + 800), (slow, "")])
    watch.take(before.batches()[0])
    after.resume(watch.inputs[0])
    take(after, [post(2, "x", MONDAY + 810)])
    assert after.batches()[0].watermark == MONDAY + 400 - 60


def test_one_post_from_the_future_does_not_push_the_watermark_but_three_do() -> None:
    one = match()
    take(one, [post(1, "x"), post(2, "x", MONDAY + 10**7), post(3, "x", MONDAY + 10)])
    assert one.batches()[0].watermark == MONDAY - 50
    take(one, [post(number, "x", MONDAY + 10**7 + number) for number in (4, 5, 6)])
    assert one.batches()[0].watermark == MONDAY + 10**7 + 4 - 60


def test_an_idle_input_lets_live_time_go_on_and_history_end() -> None:
    live, history = match(), match()
    for one in (live, history):
        take(one, [post(1, "x", MONDAY + 30)])
    live.idle(MONDAY + 500.0)
    history.idle(MONDAY + 10**8)
    assert (live.batches()[0].watermark, live.batches()[0].idle) == (MONDAY + 440, True)
    assert history.batches()[0].watermark == MONDAY + 60
    history.idle(MONDAY + 10**8)
    assert history.batches()[0].watermark == MONDAY + 60


def test_every_batch_tells_how_the_model_errs() -> None:
    model = Keyword()
    model.errors = {"en": Error(0.8, 0.1, 0.002, 0.001)}
    one = Match(SETTINGS, model, shards=2)
    take(one, [post(1, "Orlen")])
    assert [batch.errors for batch in one.batches()] == [model.errors] * 2
    assert [batch.errors for batch in match().batches()] == [{}]
