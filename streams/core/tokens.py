"""Who may look at the pages and ask the API, and what they may do there: the ``[[tokens]]`` tables."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from streams.core.fields import Section, Slug

LEAST, MOST = 16, 512  # characters of a token

Role = Literal["read", "respond", "admin"]


def _hard_to_guess(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(rf"[!-~]{{{LEAST},{MOST}}}", secret.get_secret_value()):
        raise ValueError(f"must have {LEAST} to {MOST} characters: letters, digits and signs of ASCII, without blanks")
    return secret


TokenText = Annotated[SecretStr, AfterValidator(_hard_to_guess)]


class Token(Section):
    """A person, or a program, with the token by which it is known."""

    name: Slug = Field(description="Who it is; what is done with the token is done in this name.")
    role: Role = Field(description="read, respond (and act on incidents) or admin (and merge, reopen, see the audit).")
    token: TokenText = Field(description="The token, which is a secret.")
    token_file: str | None = Field(None, description="A file that holds the token; or set LARUM_TOKEN_NAME.")
