"""What is asked first, what is asked once, and what is not asked at all."""

from __future__ import annotations

from collections.abc import Callable

from streams.core.labels import Label
from streams.core.posts import Fields, Post
from streams.core.questions import Questions, telling
from tests.streams.models import Keyword, Said

Pair = tuple[Fields, list[str]]
LONG = "To jest zupełnie zwyczajne zdanie o kolejce do kasy w sklepie za rogiem"


class Sure(Keyword):
    """As sure of a post as its first word says."""

    @staticmethod
    def _say(text: str, lang: str) -> Said:
        first = text.split(maxsplit=1)[0]
        return Said(None if lang == "de" else float(first) if first[0].isdigit() else 0.5, lang)


def post(name: str, text: str, lang: str = "pl", reach: int | None = None) -> Pair:
    return Post(id=name, source="x", text=text, created_at=1767369600.0, lang=lang, reach=reach), ["orlen"]


def asked(posts: list[Pair], judged: Callable[[int], bool] = lambda _: False, threshold: float = 0.5) -> list[str]:
    questions, found = Questions(posts, Sure(), threshold, judged), []
    while question := questions.take():
        found.append(question.id)
    return found


def test_the_most_uncertain_comes_first_at_whatever_threshold() -> None:
    posts = [post("sure", "0.98 a"), post("half", "0.50 b"), post("near", "0.71 c"), post("no", "0.05 d")]
    assert asked(posts) == ["half", "near", "no", "sure"]
    assert asked(posts, threshold=0.7) == ["near", "half", "no", "sure"]


def test_what_many_say_or_read_comes_before_what_is_a_little_less_certain() -> None:
    posts = [post("alone", "0.5 a"), post("read", "0.4 b", reach=9_999), post("said", "0.4 c"), post("copy", "0.4 c")]
    assert asked(posts) == ["read", "said", "alone"]


def test_near_copies_are_asked_about_once_and_the_same_post_is_no_copy_of_itself() -> None:
    posts = [post("1", LONG), post("2", LONG + " 2"), post("3", LONG.replace("kolejce", "ladzie")), post("1", LONG)]
    questions = Questions(posts, Sure(), 0.5, lambda _: False)
    question = questions.take()
    assert question
    assert (question.id, question.copies, len(questions)) == ("1", 2, 0)


def test_what_has_a_label_by_name_or_by_text_is_not_asked_again_nor_are_its_copies() -> None:
    posts = [post("1", LONG), post("2", LONG + " 2"), post("3", "zwykła kolejka"), post("4", "kawa na stacji")]
    known = {Label(text="a", negative=True, source="x", id="2").key, Label(text="zwykła kolejka", negative=True).key}
    assert asked(posts, known.__contains__) == ["4"]


def test_languages_that_are_not_scored_are_counted_and_not_asked_about() -> None:
    questions = Questions([post("1", "das", "de"), post("2", "to")], Sure(), 0.5, lambda _: False)
    assert (len(questions), questions.unscored) == (1, 1)


def test_what_is_learned_meanwhile_changes_what_comes_next() -> None:
    class Learning(Sure):
        learned = False

        def _say(self, text: str, lang: str) -> Said:  # type: ignore[override]
            return Said(0.5 if self.learned == ("b" in text) else 0.9, lang)

    model = Learning()
    questions = Questions([post("1", "0 a"), post("2", "0 b"), post("3", "0 aa")], model, 0.5, lambda _: False)
    first = questions.take()
    assert first
    assert first.id == "1"
    model.learned = True
    second = questions.take()
    assert second
    assert second.id == "2"
    questions.put_back(first)
    again = questions.take()
    assert again
    assert again.id == "1"


def test_nothing_to_ask_is_no_error() -> None:
    assert asked([]) == []


def test_words_tell_what_is_lost_without_them() -> None:
    told = dict(telling(Keyword(), "wstyd na Orlenie", "pl"))
    assert {word: round(weight, 6) for word, weight in told.items()} == {"wstyd": 0.8, "na": 0.0, "Orlenie": 0.0}


def test_of_a_very_long_post_only_the_first_words_are_weighed() -> None:
    told = telling(Keyword(), "wstyd " * 1_000, "pl", most=3)
    assert len(told) == 1_000
