"""What people say of crises, handed on to detection: a false alarm teaches it what is ordinary."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from streams.core.actions import Action
from streams.core.incident import Incident
from streams.core.incidents import Incidents
from streams.core.posts import Post
from streams.core.sentinel import REMEMBERED_SECONDS

LOOK_SECONDS = 1.0

log = logging.getLogger("larum")


def order(incident: Incident, word: Action) -> Post:
    """Make the order that tells detection of it; it travels with the posts, as `larum rebaseline` does.

    The same word makes the same order, and detection obeys it once: it may be handed on again and again.
    """
    return Post(
        id=f"verdict {word.id}",
        source="larum",
        kind="false_alarm" if word.false_alarm else "real_alarm",
        text=incident.brand,
        reply_to=incident.id,
        created_at=float(int(word.at)),
    )


def word_of(incident: Incident) -> Action | None:
    """Give the last word on whether an incident was a false alarm; None where nobody ever said that it was."""
    words = [action for action in incident.log if action.kind in {"resolved", "reopened"}]
    return words[-1] if any(word.false_alarm for word in words) else None


class Verdicts:
    """Finds what detection has not been told of yet, by this process.

    Parameters
    ----------
    incidents
        What is known; somebody else keeps it up to date.
    """

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents
        self._told: dict[str, str] = {}
        self._version = -1  # of the incidents, when all of them were last looked at

    def news(self, now: float) -> Iterator[Post]:
        """Give orders that are new, of words so young that they still change anything (`now` in epoch seconds)."""
        version = self._incidents.version
        if version == self._version:
            return
        for incident in list(self._incidents.known.values()):  # there may be another before the last order is sent
            word = word_of(incident) if incident.log else None
            if word and self._told.get(incident.id) != word.id:
                if now - word.at < REMEMBERED_SECONDS:
                    yield order(incident, word)
                self._told[incident.id] = word.id
        self._version = version


async def hand_on(incidents: Incidents, send: Callable[[Post], Awaitable[None]], clock: Callable[[], float]) -> None:
    """Hand what people say on to detection, for ever; after a restart once more, which changes nothing.

    Parameters
    ----------
    incidents
        What is known; somebody else keeps it up to date.
    send
        Hands a post to detection; it is safe when it returns.
    clock
        Epoch seconds.
    """
    verdicts = Verdicts(incidents)
    while True:
        for post in verdicts.news(clock()):
            await send(post)
            log.info("%s: crisis %s is taken for a %s", post.text, post.reply_to, post.kind.replace("_", " "))
        await asyncio.sleep(LOOK_SECONDS)
