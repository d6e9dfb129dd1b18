"""A passkey in software: makes real attestations of format "none" and real assertions, as a browser would send them."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey.

    Args:
        origin: where its browser is.
        flags: that somebody is there, and has shown that it is them.
    """

    origin: str = "http://run.test"
    rp_id: str = "run.test"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: str | None = None
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def id(self) -> str:
        """Of the credential, as text."""
        return bytes_to_base64url(self.credential)

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to creation options."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cose
        data = self._data(self.flags | WITH_KEY) + attested
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client_data("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": said, "attestationObject": attestation})

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to request options."""
        if self.count:
            self.count += 1
        data, said = self._data(self.flags), self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        answer = self._answer({"clientDataJSON": said, "authenticatorData": data, "signature": signature})
        if self.handle:
            answer["response"]["userHandle"] = self.handle
        return answer

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        return {"id": self.id, "rawId": self.id, "type": "public-key", "response": texts}

    def _data(self, flags: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, type_: str, challenge: str) -> bytes:
        assert base64url_to_bytes(challenge)
        said = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()
