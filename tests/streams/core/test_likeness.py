"""Copies and near copies among the posts that are held as evidence."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.core.likeness import diverse, families, gathered, speakers
from streams.core.tallies import Excerpt, Mention
from tests.streams.core.mentions import mention

TEXT = "To skandal, kupiłam wczoraj sałatkę w Zorzance i znalazłam w niej mysz"


def said(number: int, text: str, author: int = 0, time: float = 0.0) -> Mention:
    plain = mention(number, time or float(number))
    return msgspec.structs.replace(plain, author=author, lang="pl", excerpt=Excerpt(str(number), text))


def numbers(groups: list[list[Mention]]) -> list[list[int]]:
    return [[one.post for one in group] for group in groups]


def test_a_copy_with_words_changed_and_added_is_of_the_family() -> None:
    copy = f"{TEXT.replace('wczoraj', 'dzisiaj')}!!! podajcie dalej"
    assert numbers(families([said(1, TEXT), said(2, copy), said(3, "Też znalazłam mysz w sałatce z Zorzanki")])) == [
        [1, 2],
        [3],
    ]


def test_inflection_and_order_make_no_other_text() -> None:
    assert numbers(families([said(1, "mysz w sałatce"), said(2, "Sałatka, mysz!")])) == [[1, 2]]


def test_short_posts_that_share_words_are_no_copies() -> None:
    assert len(families([said(1, "mysz w sałatce, fuj"), said(2, "mysz w sałatce, dramat")])) == 2


def test_posts_without_words_are_alike_only_if_they_are_equal() -> None:
    angry, sad = said(1, "🤬"), said(2, "😭")
    assert len(families([angry, sad])) == 2
    assert len(families([angry, msgspec.structs.replace(sad, text=angry.text)])) == 1


def test_an_original_stands_before_its_reposts_even_in_the_same_second() -> None:
    posts = [said(1, f"RT @ola: {TEXT}", time=50.0), said(2, f"RT @ola: {TEXT}", time=60.0), said(3, TEXT, time=50.0)]
    assert numbers(families(posts)) == [[3, 1, 2]]


def test_authors_and_those_who_copy_them_are_one_speaker() -> None:
    posts = [said(1, TEXT, author=7), said(2, "Dzwonię do sanepidu", author=7), said(3, f"{TEXT} !", author=8)]
    assert numbers(speakers([*posts, said(4, "Mysz?", author=9), said(5, "Fuj, mysz")])) == [[1, 3, 2], [4], [5]]


def test_the_best_comes_first_its_original_in_its_place_and_an_author_once() -> None:
    posts = [said(1, TEXT), said(2, f"{TEXT} :("), said(3, "Dzwonię", author=5), said(4, "Wstyd", author=5)]
    order = {1: 9.0, 2: 0.0, 3: 2.0, 4: 1.0}
    assert [one.post for one in diverse(posts, lambda one: (order[one.post], one.post))] == [1, 4]


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_groups_are_those_of_the_graph(edges: set[tuple[int, int]]) -> None:
    groups = gathered(10, lambda one, other: (one, other) in edges or (other, one) in edges)
    assert sorted(number for group in groups for number in group) == list(range(10))
    place = {number: index for index, group in enumerate(groups) for number in group}
    assert all(place[one] == place[other] for one, other in edges)
    for group in groups:
        reached, size = {group[0]}, 0
        while size < len(reached):
            size = len(reached)
            reached |= {two for pair in edges for two in pair if reached & set(pair)}
        assert reached == set(group)
