"""An authority and what it vouches for, in PEM files; also what has expired, and what a stranger vouches for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

KEY_PASSWORD = "planted-key-password"  # searched for in what workers print


class Certificates:
    """Files in a folder; keys are PKCS #8, the one form that both Java and OpenSSL read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.authority = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.authority))
        self.strange_authority = folder / "strange-authority.pem"
        trustme.CA().cert_pem.write_to_path(str(self.strange_authority))

    def issue(
        self, name: str, *hosts: str, expired: bool = False, password: str | None = None, strange: bool = False
    ) -> tuple[Path, Path]:
        """Write a certificate with its key; return both files."""
        authority = trustme.CA() if strange else self._authority
        now = datetime.now(UTC)
        issued = authority.issue_cert(
            *(hosts or (name,)), common_name=name,
            not_before=now - timedelta(days=30), not_after=now + timedelta(days=-1 if expired else 30),
        )  # fmt: skip
        key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
        hidden = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
        certificate, private = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden))
        return certificate, private
