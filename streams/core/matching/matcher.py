"""Find the brands that a post names, with one scan for all names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ahocorasick_rs

from streams.core.matching.folding import fold, places
from streams.core.matching.needles import Kind, Needle, marked, needles_of, phrases_of
from streams.core.matching.phrase import Phrase, is_word
from streams.core.matching.surroundings import Surroundings, stands_alone, word_around
from streams.core.matching.together import Together
from streams.core.settings import Brand

Found = list[tuple[int, int, int]]


class Explanation(NamedTuple):
    """Why a place in a post counts as a mention of a brand, or why not.

    Parameters
    ----------
    brand
        Its id.
    kind, name
        What of the brand's configuration was found.
    found, start, end
        The words of the post and where they stand.
    objection
        Why it does not count; None where it does.
    """

    brand: str
    kind: Kind
    name: str
    found: str
    start: int
    end: int
    objection: str | None


class Matcher:
    """The names of all brands, ready to be found in posts.

    Case and diacritics do not matter, Polish forms count (`inflection`), a name stands between characters that are no
    letters, digits or underscores, and any whitespace or hyphens may stand between its words. A name does not count
    where it is a part of a web address, an e-mail address or somebody's account name; nor where it overlaps a phrase
    that the brand excludes (elsewhere in the post it still does); nor, for a brand with context words, in a post
    without any of them. Handles and hashtags of a brand are exact and always count. A name of several words is also
    found grown together as a hashtag (#PocztaPolska), and one with a hyphen anywhere (CocaCola).

    Parameters
    ----------
    brands
        As configured.

    Examples
    --------
    >>> zabka = Brand(id="zabka", name="Żabka", exclude=("żabka w trawie",))
    >>> matcher = Matcher([zabka, Brand(id="orlen", name="Orlen")])
    >>> matcher.find("W Żabce taniej niż na Orlenie!")
    (0, 1)
    >>> matcher.find("Żaba i żabka w trawie, https://orlen.pl/zabka")
    ()
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._ids = [brand.id for brand in brands]
        self._exclude = [phrases_of(brand.exclude, brand) for brand in brands]
        self._context = [phrases_of(brand.context, brand) for brand in brands]
        needles: dict[str, list[Needle]] = {}
        for index, brand in enumerate(brands):
            for pattern, needle in needles_of(index, brand):
                needles.setdefault(pattern, []).append(needle)
        self._patterns = list(needles)
        self._needles = list(needles.values())
        self._offsets = [int(is_word(pattern[0])) for pattern in needles]
        # Brands that are named wherever a pattern stands between spaces: the others have to be looked at.
        self._certain = [
            tuple(sorted({needle.brand for needle in of})) if self._asks_no_more(pattern, of) else ()
            for pattern, of in needles.items()
        ]
        self._scan = ahocorasick_rs.BytesAhoCorasick(marked(self._patterns)).find_matches_as_indexes

    def find_many(self, texts: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
        """Find the brands that many posts name, with one scan for all names over all posts.

        Parameters
        ----------
        texts
            The posts' own words.

        Returns
        -------
        list of tuple
            For each post that names any, in order: its number, and what `find` says of it.

        Examples
        --------
        >>> Matcher([Brand(id="orlen", name="Orlen")]).find_many(["Nic", "Na Orlenie", "orlen.pl"])
        [(1, (0,))]
        """
        together, offsets, certain = Together(texts), self._offsets, self._certain
        found = [(pattern, start + offsets[pattern]) for pattern, start, _ in self._scan(together.marks, True)]
        starts = [start for _, start in found]
        ends = [start + len(self._patterns[pattern]) for pattern, start in found]
        numbers, clear = together.numbers(starts), together.between_spaces(starts, ends)
        named: dict[int, tuple[int, ...]] = {}
        doubtful: dict[int, Found] = {}
        for number, (pattern, start), end, alone in zip(numbers, found, ends, clear, strict=True):
            brands = certain[pattern] if alone else ()
            if brands:
                named[number] = _with(named[number], brands) if number in named else brands
            else:
                doubtful.setdefault(number, []).append((pattern, start, end))
        for number, hits in doubtful.items():
            before = together.start(number)
            spans = [(pattern, start - before, end - before) for pattern, start, end in hits]
            if brands := self._named(together.text(number), spans):
                named[number] = _with(named.get(number, ()), brands)
        return sorted(named.items())

    def find(self, text: str) -> tuple[int, ...]:
        """Find the brands that one post names.

        Parameters
        ----------
        text
            The post's own words.

        Returns
        -------
        tuple of int
            Indexes into the brands, ascending, each once.
        """
        return next((brands for _, brands in self.find_many([text])), ())

    def _asks_no_more(self, pattern: str, needles: Sequence[Needle]) -> bool:
        """Say whether a pattern that stands between spaces names its brands, whatever else is in the post."""
        return (
            pattern.isascii()  # no other characters have these marks
            and all(map(is_word, pattern))
            and not any(one.phrase or self._exclude[one.brand] or self._context[one.brand] for one in needles)
        )

    def _named(self, folded: str, found: Found) -> tuple[int, ...]:
        mentioned: set[int] = set()
        surroundings = Surroundings(folded)
        for needle, start, end in self._candidates(folded, found):
            if needle.brand not in mentioned and self._objection(needle, surroundings, start, end) is None:
                mentioned.add(needle.brand)
        return tuple(sorted(mentioned))

    def explain(self, text: str) -> list[Explanation]:
        """Say of each place that looks like a name of a brand why it counts or not. Slow; `find` agrees with it.

        Parameters
        ----------
        text
            The post's own words.

        Returns
        -------
        list of Explanation
            In the order of the text.

        Examples
        --------
        >>> [one] = Matcher([Brand(id="play", name="Play")]).explain("Nowy player")
        >>> one.name, one.objection
        ('Play', "it is only a part of the word 'player'")
        """
        folded, origins = fold(text), places(text)
        found = list(self._everywhere(folded))
        surroundings = Surroundings(folded)
        judged = {
            (start, end, needle): self._objection(needle, surroundings, start, end)
            for needle, start, end in self._candidates(folded, found)
        }
        for pattern, start, end in sorted(found, key=lambda match: match[1] - match[2]):
            for needle in self._needles[pattern]:
                told = any(needle.brand == other.brand and start < e and s < end for s, e, other in judged)
                if needle.phrase is None and not told:
                    judged[start, end, needle] = f"it is only a part of the word '{word_around(folded, start, end)}'"
        return [
            Explanation(
                self._ids[needle.brand],
                needle.kind,
                needle.name,
                text[origins[start] : origins[end - 1] + 1],
                origins[start],
                origins[end - 1] + 1,
                objection,
            )
            for (start, end, needle), objection in sorted(judged.items(), key=lambda item: item[0][:2])
        ]

    def _everywhere(self, folded: str) -> Iterator[tuple[int, int, int]]:
        """Find all patterns wherever they stand, within words too."""
        for number, pattern in enumerate(self._patterns):
            start = folded.find(pattern)
            while start >= 0:
                yield number, start, start + len(pattern)
                start = folded.find(pattern, start + 1)

    def _candidates(self, text: str, found: Found) -> Iterator[tuple[Needle, int, int]]:
        searched: set[Phrase] = set()
        for pattern, start, end in found:
            if text[start:end] != self._patterns[pattern]:  # only the marks of its characters are the same
                continue
            whole = stands_alone(text, start, end)
            for needle in self._needles[pattern]:
                if needle.phrase is None:
                    if whole:
                        yield needle, start, end
                elif needle.phrase not in searched:
                    searched.add(needle.phrase)
                    for span in needle.phrase.spans(text):
                        yield needle, *span

    def _objection(self, needle: Needle, surroundings: Surroundings, start: int, end: int) -> str | None:
        if surroundings.in_address(start, end):
            return "it is part of a web address, an e-mail address or an account name"
        if needle.kind in {"handle", "hashtag"}:
            return None
        brand = needle.brand
        if self._exclude[brand]:
            phrase = surroundings.excluded_by(brand, self._exclude[brand], start, end)
            if phrase is not None:
                return f"it is part of the excluded phrase '{phrase}'"
        if self._context[brand] and not surroundings.has_context(brand, self._context[brand]):
            return "none of the brand's context words is in the post"
        return None


def _with(brands: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*brands, *others}))
