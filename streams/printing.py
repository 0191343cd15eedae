"""Crisis events for a terminal, or as JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.text import Text

from streams.core import crises
from streams.core.crises import CrisisEvent
from streams.scores import Alarm

STYLES = {"notice": "cyan", "warning": "bold yellow", "critical": "bold white on red"}


class Printer:
    """Print events as they come.

    Parameters
    ----------
    as_json
        One JSON document a line, for scripts; else a line for people, and for a new or graver crisis its evidence.
    console
        Where to print what is for people.
    """

    def __init__(self, *, as_json: bool, console: Console | None = None) -> None:
        self._as_json = as_json
        self._console = console or Console()

    def __call__(self, event: CrisisEvent) -> None:
        """Print one event."""
        if self._as_json:
            typer.echo(crises.encode(event))
            return
        self._console.print(headline(event))
        if event.step in {"opened", "raised"}:
            for line in evidence(event):
                self._console.print(line)


def headline(event: CrisisEvent) -> Text:
    """Say in one line what happened to which brand, since when and why.

    Posts' text is hostile input: what is returned is `rich.text.Text`, in which markup means nothing.
    """
    data = event.data
    style = "dim" if event.step in {"closed", "updated"} else STYLES[data.severity]
    return Text.assemble(
        (f"{printable(event.time[:16].replace('T', ' '))} ", "dim"),
        (f" {data.severity.upper()} {printable(event.step)} ", style),
        (f" {printable(data.brand)} ", "bold"),
        printable(f"({', '.join(data.kinds)}, since {data.onset[11:16]} UTC) {data.reason}"),
    )


def evidence(event: CrisisEvent) -> list[Text]:
    """Give the harm that is spoken of, the terms, and the posts to read first."""
    data = event.data
    lines = []
    if data.harm:
        kinds = ", ".join(f"{printable(kind)} {voices}" for kind, voices in data.harm.kinds.items())
        lines.append(Text(f"    harm: {data.harm.voices} voices, {data.harm.share:.0%} of all ({kinds})"))
    if data.terms:
        lines.append(Text("    words: " + ", ".join(printable(term.term) for term in data.terms)))
    lines += [
        Text(f"    {printable(post.created_at[11:16])}  {printable(post.excerpt)}") for post in data.telling_posts[:3]
    ]
    return lines


def alarm_lines(alarms: Sequence[Alarm], *, judged: bool = False) -> list[Text]:
    """Say of each crisis when it began, when it was seen, how bad it became, until when it lasted, and why.

    With `judged`, each also says which known crisis it is put down to, or that it is a false page.
    """
    lines = [Text("Crises" if alarms else "No crisis.", style="italic")]
    for one in alarms:
        until = f"closed {minute(one.closed)}" if one.closed else "open at the end"
        verdict = one.known or ("false page" if one.page else "for no known crisis")
        lines += [
            Text.assemble(
                (f"{minute(one.seen)} ", "bold"),
                (f" {one.severity.upper()} ", STYLES[one.severity]),
                (f" {one.brand} ", "bold"),
                f"since {minute(one.onset)}, {until} (UTC)",
                *([f"; {verdict}"] if judged else []),
            ),
            Text(f"    {one.reason}"),
        ]
    return lines


def minute(moment: str) -> str:
    """Shorten an RFC 3339 time to its minute.

    Examples
    --------
    >>> minute("2026-01-02T16:00:00Z")
    '2026-01-02 16:00'
    """
    return moment[:16].replace("T", " ")


def span(minutes: float) -> str:
    """Put a length of time into words.

    Examples
    --------
    >>> span(7), span(822), span(5_760)
    ('7 min', '13.7 h', '4 days')
    """
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2_880 else f"{minutes / 1_440:.0f} days"


def printable(text: str) -> str:
    r"""Take out what would steer a terminal: control characters, line breaks, direction marks.

    Examples
    --------
    >>> printable("a\x1b[31m b\nc")
    'a[31m b c'
    """
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
