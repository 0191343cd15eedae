"""The commented configuration that `larum init` writes; what it says of settings comes from the settings themselves."""

from __future__ import annotations

import json

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from streams.core.fields import Secret
from streams.core.settings import Bluesky, Detection, Journal, Kafka, Notify, Response, Sentiment, Server, Web

_BRANDS = """\
# larum.toml: which brands to watch, and how. 'larum check' validates this file, and with a sentence says which brand it
# names and why. What is commented out is the default.

# A brand. Polish forms are found by themselves (Orlenu, Orlenowi, na Orlenie), case and diacritics do not matter, and
# web and e-mail addresses do not count.
[[brands]]
id = "orlen"                     # short and stable: metrics, topics and events carry it
name = "Orlen"
aliases = ["PKN Orlen"]          # other names, in the base form
handles = ["ORLEN_SA"]           # account names, exact, without '@'
hashtags = ["orlengate"]         # exact, without '#'; the name itself counts as a hashtag anyway

# An ambiguous name: 'żabka' is also a small frog. It counts only in posts that hold one of the context words, and not
# where it stands in an excluded phrase. Handles and hashtags always count.
[[brands]]
id = "zabka"
name = "Żabka"
handles = ["zabka_polska"]
context = ["sklep", "zakupy", "kasa", "hot dog", "promocja", "kawa", "aplikacja", "paczka"]
exclude = ["żabka w trawie", "zielona żabka"]

# An English name, without Polish forms.
[[brands]]
id = "united"
name = "United Airlines"
aliases = ["United Air Lines"]
handles = ["united"]
countries = ["US"]               # whose public holidays count
inflect = false
"""
_SECTIONS: dict[str, type[BaseModel]] = {
    "detection": Detection,
    "sentiment": Sentiment,
    "kafka": Kafka,
    "server": Server,
    "journal": Journal,
    "bluesky": Bluesky,
    "notify": Notify,
    "response": Response,
    "web": Web,
}
_RECEIVERS = """\
# Who is told of crises; 'larum notify --rehearse' tries it. Kinds: alertmanager, webhook, slack, teams, discord, email,
# pagerduty, opsgenie, ntfy. Secrets stand in files of their own (url_file, token_file, ...) or in the environment
# (LARUM_RECEIVER_ON_CALL_ROUTING_KEY).
# [[receivers]]
# name = "on-call"
# kind = "pagerduty"
# routing_key_file = "pagerduty.key"
# min_severity = "warning"       # or notice, critical
# lang = "en"                    # or pl
"""
_TOKENS = """\
# Who may look at the pages and ask the API. The token is a secret of at least 16 characters, in a file of its own
# (token_file) or in the environment (LARUM_TOKEN_OLA): openssl rand -hex 32 > ola.token
# [[tokens]]
# name = "ola"                   # what she does is done in this name
# role = "respond"               # or read, admin
# token_file = "ola.token"
"""
_EXAMPLE = '"…"'
_COLUMN = 44  # where explanations begin


def template() -> str:
    """Write a configuration with three example brands, and every other setting commented out at its default.

    Secrets are left out: they come from the environment or from files.

    Examples
    --------
    >>> [line.partition("  ")[0] for line in template().splitlines() if line.startswith("# threshold")]
    ['# threshold = 0.5']
    """
    parts = [_BRANDS]
    for name, model in _SECTIONS.items():
        settings = "".join(_setting(key, field) for key, field in model.model_fields.items() if not _is_secret(field))
        parts.append(f"# {(model.__doc__ or '').splitlines()[0]}\n[{name}]\n{settings}")
    return "\n".join([*parts, _RECEIVERS, _TOKENS])


def _is_secret(field: FieldInfo) -> bool:
    return bool(field.annotation == (Secret | None))


def _setting(key: str, field: FieldInfo) -> str:
    unset = field.default is None
    line = f"# {key} = {_EXAMPLE if unset else json.dumps(field.default)}"
    return f"{line:<{_COLUMN}}# {'Not set. ' if unset else ''}{field.description}\n"
