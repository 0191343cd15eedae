"""A TLS server that lets a client in, and then neither hears nor answers, as a broker does that is done with one."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import trustme

AUTHORITY = trustme.CA()


def trusting() -> ssl.SSLContext:
    """Make a client's context that accepts the server's certificate."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@contextmanager
def deaf(greeting: bytes = b"") -> Iterator[int]:
    """Let one client in at a port of 127.0.0.1, and greet it, for as long as the block lasts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def let_in() -> None:
            client, _ = listening.accept()
            with context.wrap_socket(client, server_side=True) as connection:
                if greeting:
                    connection.write(greeting)
                end.wait()

        thread = threading.Thread(target=let_in)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            end.set()
            thread.join()
