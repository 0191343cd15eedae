"""One post after another before a person's eyes, and one key for each."""

from __future__ import annotations

import sys
import time
from asyncio import to_thread
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from streams.cli.desks import Desk
from streams.core.labels import Label
from streams.core.questions import Question, Questions, telling
from streams.printing import printable

KEYS = "n negative   o other   s skip   u undo   q quit"
VERDICTS = {"n": True, "o": False}
FAINT = 0.01  # of probability: what a word tells less is not shown


class Judging:
    """Ask, and hand the answers on.

    Parameters
    ----------
    questions
        What to ask.
    desk
        Where labels go, and whose model says what to ask next.
    by
        Who answers.
    console
        Where to show posts.
    key
        Gives the next key; nothing at the end of the input.

    Attributes
    ----------
    given
        How many labels were given and not taken back.
    """

    def __init__(
        self, questions: Questions, desk: Desk, by: str | None, console: Console, key: Callable[[], str]
    ) -> None:
        self._questions = questions
        self._desk = desk
        self._by = by
        self._console = console
        self._key = key
        self._begin = desk.pupil.dump()
        self._answered: list[tuple[Question, Label]] = []

    @property
    def given(self) -> int:
        """How many labels were given and not taken back."""
        return len(self._answered)

    async def run(self) -> None:
        """Ask until there is nothing left to ask, or nobody to answer."""
        while question := self._questions.take():
            self._show(question)
            answer = await to_thread(self._answer)
            if answer in VERDICTS:
                await self._label(question, VERDICTS[answer])
            elif answer == "u":
                self._questions.put_back(question)
                await self._undo()
            elif answer != "s":
                return

    def _answer(self) -> str:
        """Wait for a key that means something."""
        while (key := self._key().lower()) and key not in {*VERDICTS, "s", "u", "q"}:
            if not key.isspace():
                self._console.print(KEYS, style="dim")
        return key

    async def _label(self, question: Question, negative: bool) -> None:
        label = question.label(negative, self._by, float(round(time.time())))
        await self._desk.write([label])
        self._answered.append((question, label))
        self._learn(label)

    async def _undo(self) -> None:
        """Take the last label back, and ask again; the model forgets it by what it was at the beginning."""
        if not self._answered:
            self._console.print("there is nothing to undo", style="dim")
            return
        question, label = self._answered.pop()
        await self._desk.write([question.label(None, self._by, float(round(time.time())))])
        self._console.print(f"taken back: {printable(label.text[:60])}", style="dim", markup=False, highlight=False)
        self._questions.put_back(question)
        self._desk.pupil.load(self._begin)
        for _, earlier in self._answered:
            self._learn(earlier)

    def _learn(self, label: Label) -> None:
        pupil = self._desk.pupil
        pupil.take(pupil.lessons.position, label.key, label)

    def _show(self, question: Question) -> None:
        parts = [", ".join(question.brands), question.source]
        if question.copies:
            parts.append(f"{question.copies:,} say nearly the same")
        if question.reach:
            parts.append(f"reach {question.reach:,}")
        parts += [f"negative {question.negative:.2f}", f"{len(self._questions):,} more"]
        self._console.print()
        self._console.print(printable("  ·  ".join(parts)), style="dim", markup=False, highlight=False)
        self._console.print(_marked(question, self._desk), soft_wrap=False)
        self._console.print(KEYS, style="dim")


def _marked(question: Question, desk: Desk) -> Text:
    """Mark the words that speak for and against its being negative: the stronger, the bolder."""
    shown = Text()
    for word, told in telling(desk.pupil, question.text, question.lang):
        strength = "bold " if abs(told) >= 10 * FAINT else ""
        style = "" if abs(told) < FAINT else strength + ("red" if told > 0 else "green")
        shown.append(printable(word), style)
        shown.append(" ")
    return shown


def keys() -> Callable[[], str]:
    """Give what reads one key: from a terminal without waiting for Enter, else a character of standard input."""
    if sys.stdin.isatty():
        import click

        return click.getchar
    return lambda: sys.stdin.read(1)
