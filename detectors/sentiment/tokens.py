"""Social text into tokens: words, hashtags, handles, links, and runs of signs with the emoji and emoticons in them."""

from __future__ import annotations

import html
import re
import unicodedata
from enum import Enum
from typing import NamedTuple

MAX_CHARS = 2_000
MAX_TOKENS = 256
MAX_WORD = 40
HANDLE = "@"

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")
_TOKEN = re.compile(
    r"[-;][_.]+[-;]|(?<!\*)[^\W\d_]{1,4}(?:\*+[^\W\d_]+|\*{2,})|[\w'’#@]+"
    r"|[:;=]-?[DdPpOoSsCc]\b|(?<!\w)[:;=]-?3\b|</?3+|[^\w\s'’#@]+"
)
_CAMEL = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻ]+(?![a-ząćęłńóśźż])|[A-ZĄĆĘŁŃÓŚŹŻ]?[^\W\d_A-ZĄĆĘŁŃÓŚŹŻ]+")
_FACE = re.compile(r"[:;=][-'^]*[()\[\]/\\|*<>]+|[()]+[-']*[:;]|\^[_.]?\^|-[_.]+-|;[-_];|>[_.]?<|</?3")
_PICTURE = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]")
_RUN = re.compile(r"(.)\1{2,}")
_STARS = re.compile(r"\*{2,}")
_UNIT = re.compile(r"h|hrs?|hours?|min|mins|minutes?|days?|weeks?|months?|godz|minut|dni|tyg|msc")
# Crises make hashtags of a brand and a verdict, often in small letters: #boycottbrand, #brandfail.
_VERDICT = re.compile(
    "(boycott|bojkot|delete|cancel|never|nigdy|worst|terrible|horrible|awful)?"
    "(.{3,}?)"
    "(fails?|failed|sucks|scam|scandal|skandal|nightmare)?"
)
_FOLD = str.maketrans("ąćęłńóśźżéèêëáàâäíìîïöôòõúùûüçñ’", "acelnoszzeeeeaaaaiiiioooouuuucn'")
_EYES = {"=": ":", "8": ":"}
_MIRRORED = {"(": ")", ")": "("}


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    HASHTAG = "hashtag"
    NUMBER = "number"
    LINK = "link"
    HANDLE = "handle"
    SIGNS = "signs"


class Token(NamedTuple):
    """One token as the features see it.

    Parameters
    ----------
    kind
        What it is.
    form
        Lower case, elongation squeezed, diacritics folded; a class such as ``@`` where the thing does not matter.
    parts
        What lexicons know: of a word its readings, of a hashtag the words in it, of signs the faces and emoji in them.
    shouted
        Written in capitals.
    elongated
        Letters were repeated, as in *nieeee*.
    """

    kind: Kind
    form: str
    parts: tuple[str, ...] = ()
    shouted: bool = False
    elongated: bool = False


def split(text: str) -> list[str]:
    """Cut a post into raw tokens, in order; reads `MAX_CHARS` characters and gives `MAX_TOKENS` tokens at most.

    Examples
    --------
    >>> split("@orlen Wstyd!!! 😡 #NigdyWięcej https://t.co/abc :-( :D")
    ['@orlen', 'Wstyd', '!!!', '😡', '#NigdyWięcej', 'http', ':-(', ':D']
    """
    return [token for piece in pieces(text) for token in tokens_in(piece)][:MAX_TOKENS]


def pieces(text: str) -> list[str]:
    """Cut a post at its spaces: no token reaches from one piece into the next.

    Examples
    --------
    >>> pieces("Wstyd!!! https://t.co/abc")
    ['Wstyd!!!', 'http']
    """
    text = text[:MAX_CHARS]
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)[:MAX_CHARS]
        if not text.isprintable():
            text = _INVISIBLE.sub("", text)
    if "://" in text or "www." in text:
        text = _LINK.sub(" http ", text)
    return text.split()


def tokens_in(piece: str) -> list[str]:
    """Give the raw tokens of a piece.

    Examples
    --------
    >>> tokens_in("Wstyd!!!")
    ['Wstyd', '!!!']
    """
    return _TOKEN.findall(piece)


def fold(word: str) -> str:
    """Drop the diacritics of a lower-case word: Polish is written both with and without them.

    Examples
    --------
    >>> fold("oszuści"), fold("zażółć")
    ('oszusci', 'zazolc')
    """
    return word if word.isascii() else word.translate(_FOLD)


def analyse(raw: str) -> Token:
    """Say what a raw token is.

    Examples
    --------
    >>> analyse("#NigdyWięcej").parts
    ('nigdy', 'wiecej')
    >>> analyse("GOOOD")
    Token(kind=<Kind.WORD: 'word'>, form='god', parts=('good', 'god'), shouted=True, elongated=True)
    >>> analyse("!!!:-((").parts, analyse("2026").form, analyse("@orlen").form
    ((':(',), '0000', '@')
    """
    if "@" in raw:
        return Token(Kind.HANDLE, HANDLE)
    if raw[0] == "#" and len(raw) > 1:
        return _hashtag(raw[: MAX_WORD + 1])
    word = raw.strip("'’#_")[:MAX_WORD]
    if word == "http":
        return Token(Kind.LINK, word)
    if word[:1].isdigit():
        return _number(word)
    if word[:1].isalpha() and raw[0] not in ":;=":
        return _word(_STARS.sub("*", word) if "*" in word else word)
    return _signs(raw[:MAX_WORD])


def _word(word: str) -> Token:
    lowered = fold(word.lower())
    shouted = len(word) > 2 and word.isupper()
    if _RUN.search(lowered) is None:
        return Token(Kind.WORD, lowered, (lowered,), shouted)
    twice, once = _RUN.sub(r"\1\1", lowered), _RUN.sub(r"\1", lowered)
    return Token(Kind.WORD, once, (twice, once), shouted, elongated=True)


def _number(word: str) -> Token:
    unit = word.lower().lstrip("0123456789.,+")
    return Token(Kind.NUMBER, "0" * min(len(word), 5), (unit,) if _UNIT.fullmatch(unit) else ())


def _hashtag(raw: str) -> Token:
    parts = tuple(fold(part.lower()) for part in _CAMEL.findall(raw))
    if len(parts) == 1 and (verdict := _VERDICT.fullmatch(parts[0])):
        parts = tuple(filter(None, verdict.groups()))
    return Token(Kind.HASHTAG, fold(raw.lower()), parts)


def _signs(raw: str) -> Token:
    faces = [_face(face) for face in _FACE.findall(raw)] or ([_face(raw)] if raw[-1].isalnum() else [])
    parts = tuple(dict.fromkeys([*faces, *_PICTURE.findall(raw)]))
    if parts:
        return Token(Kind.SIGNS, " ".join(parts), parts, elongated=len(raw) > len(parts) + 2)
    return Token(Kind.SIGNS, "".join(dict.fromkeys(raw)), ())


def _face(raw: str) -> str:
    """One form for each face: no nose, one mouth, eyes as a colon, read from left to right."""
    if raw[0] in "()":
        return raw[-1] + _MIRRORED[raw[0]]
    if raw[0] in ":;=":
        return _EYES.get(raw[0], raw[0]) + raw[-1].lower()
    return _RUN.sub(r"\1", raw)
