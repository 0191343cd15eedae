"""What stands around a name in a post: addresses it may be part of, excluded phrases, context words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.core.matching.phrase import Phrase, is_word

# Top-level domains by which a dotted word without scheme and path is known for a domain. Those that are also words with
# which a sentence begins (to, no, by, se, co, it, me) are not among them: 'Orlen.To wstyd' only lacks a space.
_TOP_LEVEL = re.compile(
    "com|net|org|pl|eu|info|biz|io|app|dev|edu|gov|mil|int|shop|store|online|site|tech|blog|news|club|xyz|social|cloud|"
    "tv|fm|ai|gg|ly|de|uk|fr|es|nl|cz|sk|ua|lt|lv|ee|ru|hu|ro|bg|hr|ch|dk|fi|ie|pt|gr|tr|jp|cn|kr|br|mx|ca|au|nz"
)
_SIGNS = re.compile(r"[@.]|://")  # without one of them nothing is an address
# Possessive quantifiers and look-behinds keep it linear on whatever a post may hold.
_ADDRESS = re.compile(
    r"""
      (?:https?|ftp)://\S* | (?<!\w)\w++://\S* | (?<!\w)www\.\S+
    | (?<![\w.+%-])[\w.+%-]++@\w[\w-]*+(?:\.[\w-]++)++                                      # e-mail
    # Account: a domain (Bluesky) or a name, each also with @server. A hyphen ends a name, as in '@united-why?'.
    | (?<!\w)@(?:\w++(?:-\w++)*+(?:\.\w++(?:-\w++)*+)++ | \w++)(?:@\w++(?:[.-]\w++)*+)?
    | (?<![\w-])(?P<domain>[\w-]++(?:\.[\w-]++)++)(?P<path>/\S*|[:?\#]\S*)?
    """,
    re.VERBOSE,
)


def addresses(text: str) -> list[tuple[int, int]]:
    """Find web addresses (also bare domains), e-mail addresses and account names in a folded text.

    Examples
    --------
    >>> text = "orlen.pl/x, biuro@orlen.pl, @orlen_pl; Orlen.Super!"
    >>> [text[start:end] for start, end in addresses(text)]
    ['orlen.pl/x,', 'biuro@orlen.pl', '@orlen_pl']
    """
    if not _SIGNS.search(text):
        return []
    return [match.span() for match in _ADDRESS.finditer(text) if _is_address(match)]


def _is_address(match: re.Match[str]) -> bool:
    domain, path = match["domain"], match["path"]
    return (
        domain is None
        or (path is not None and path[0] == "/")
        or _TOP_LEVEL.fullmatch(domain.rpartition(".")[2]) is not None
    )


class Surroundings:
    """One folded post, as the names in it are verified; looks at nothing before it is asked, and at nothing twice.

    Parameters
    ----------
    text
        The folded post.
    """

    __slots__ = ("_addresses", "_context", "_end", "_excluded", "_start", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = -1
        self._addresses: list[tuple[int, int]] = []
        self._context: dict[int, bool] = {}
        self._excluded: dict[int, list[tuple[int, int, str]]] = {}

    def in_address(self, start: int, end: int) -> bool:
        """Say whether a name is a part of an address, rather than all of it or none.

        A name that is itself a domain (Booking.com) is thus found where it stands alone.
        """
        text = self._text
        if (start == 0 or text[start - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return False  # addresses hold no whitespace
        if not self._start <= start <= end <= self._end:
            self._look_around(start, end)
        return any(
            begin < end and start < finish and not (start <= begin and finish <= end)
            for begin, finish in self._addresses
        )

    def _look_around(self, start: int, end: int) -> None:
        text = self._text
        while start and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        self._start, self._end = start, end
        self._addresses = [(start + begin, start + finish) for begin, finish in addresses(text[start:end])]

    def excluded_by(self, brand: int, phrases: Sequence[Phrase], start: int, end: int) -> str | None:
        """Give the excluded phrase of a brand that a name overlaps."""
        if brand not in self._excluded:
            self._excluded[brand] = [(*span, phrase.text) for phrase in phrases for span in phrase.spans(self._text)]
        return next((text for begin, finish, text in self._excluded[brand] if begin < end and start < finish), None)

    def has_context(self, brand: int, phrases: Sequence[Phrase]) -> bool:
        """Say whether one of a brand's context words is in the post."""
        if brand not in self._context:
            self._context[brand] = any(any(phrase.spans(self._text)) for phrase in phrases)
        return self._context[brand]


def stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a name is no part of a longer word, handle or hashtag."""
    first, last = text[start], text[end - 1]
    if start and is_word(text[start - 1]) and (is_word(first) or first in "@#"):
        return False
    return end == len(text) or not (is_word(text[end]) and is_word(last))


def word_around(text: str, start: int, end: int) -> str:
    """Give the whole word that a part of it stands in."""
    while start and is_word(text[start - 1]):
        start -= 1
    while end < len(text) and is_word(text[end]):
        end += 1
    return text[start:end]
