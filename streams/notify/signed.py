"""Events to any HTTP endpoint, as they are, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac

from streams.core import crises
from streams.core.receivers import Webhook
from streams.notify.message import Message
from streams.notify.request import Request


def webhook(settings: Webhook, message: Message, now: float) -> Request:
    """Send the crisis event itself as structured CloudEvents JSON, signed where there is a key.

    References
    ----------
    Standard Webhooks 1.0 (standardwebhooks.com): the identifier is the same in each attempt, so who keeps those of the
    last days takes each event once.
    """
    event = message.event
    body, moment = crises.encode(event), str(int(now))
    headers = {
        "Content-Type": "application/cloudevents+json",
        "Idempotency-Key": event.id,
        "webhook-id": event.id,
        "webhook-timestamp": moment,
    }
    if settings.secret:
        headers["webhook-signature"] = signature(settings.secret.get_secret_value(), event.id, moment, body)
    return Request(settings.url.get_secret_value(), body, headers)


def signature(secret: str, identifier: str, moment: str, body: bytes) -> str:
    """Sign a body as Standard Webhooks asks; a secret that begins with ``whsec_`` goes on in base64.

    Examples
    --------
    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
    ...     b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    mac = hmac.new(key, f"{identifier}.{moment}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"
