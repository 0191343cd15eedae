"""A short, seeded story of three invented brands, one of which gets into a crisis."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec

from streams.core.crises import CrisisEvent
from streams.core.settings import Brand, Kafka, Settings

BRANDS = ("northquill", "velaro", "brisko")
START = 1_767_225_600
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du")
CALM = (
    "just ordered from {}, {} {}",
    "{} came on time, {} {}",
    "does anyone know the opening hours of {}, {} {}",
    "{} has a new shop in {} {}",
)
ANGRY = (
    "{} lied to us, a horrible scandal {} {}",
    "never again {}, disgusting and awful {} {}",
    "{} is a disgrace, shame on them {} {}",
    "terrible, {} poisoned my dog {} {}",
)


def settings(**kafka: Any) -> Settings:
    """Settings that watch the story's brands."""
    brands = tuple(Brand(id=brand, name=brand.capitalize()) for brand in BRANDS)
    return Settings(brands=brands, kafka=Kafka(**kafka))


def posts(minutes: int = 300, crisis: range = range(180, 200), per_minute: int = 2, seed: int = 1) -> list[bytes]:
    """Tell the story in posts, in order of time: everyday talk of all brands, and anger at the first of them."""
    random = Random(seed)

    def word() -> str:
        return "".join(random.choice(SYLLABLES) for _ in range(4))

    def said(choice: tuple[str, ...], brand: str) -> str:
        return random.choice(choice).format(brand, word(), word())

    told = []
    for minute in range(minutes):
        texts = [said(CALM, brand) for brand in BRANDS for _ in range(random.randint(0, 2 * per_minute))]
        if minute in crisis:
            texts += [said(ANGRY, BRANDS[0]) for _ in range(40)]
        told += [(START + 60 * minute + 60 * random.random(), text) for text in texts]
    return [
        msgspec.json.encode(
            {
                "id": str(number),
                "source": "story",
                "text": text,
                "created_at": time,
                "author": f"a{number % 97}",
                "lang": "en",
            }
        )
        for number, (time, text) in enumerate(sorted(told))
    ]


def plain(event: CrisisEvent) -> Any:
    """Give an event as plain data, without where its posts stand: on Kafka that is not the same as in a file."""
    told = msgspec.to_builtins(event)
    for post in (*told["data"]["first_posts"], *told["data"]["telling_posts"]):
        post.pop("origin", None)
    return told
