"""DKIM signatures and ARC sets, made with the `openssl` command (RFC 6376, 8463, 8617)."""

import base64
import hashlib
import os
import re
import subprocess
import tempfile

_SIGNED = ["from", "to", "subject", "x-marker"]


def _openssl(*words: str, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


class Key:
    """A private key in a file of its own, and the record that publishes its public half."""

    def __init__(self, folder: str, algorithm: str = "rsa", bits: int = 2048):
        self.algorithm = algorithm
        handle, self._file = tempfile.mkstemp(dir=folder, suffix=".pem")
        os.close(handle)
        if algorithm == "rsa":
            _openssl("genrsa", "-out", self._file, str(bits))
        else:
            _openssl("genpkey", "-algorithm", "ed25519", "-out", self._file)
        public = _openssl("pkey", "-in", self._file, "-pubout", "-outform", "DER")
        if algorithm == "ed25519":
            public = public[-32:]
        self.record = f"v=DKIM1; k={algorithm}; p=" + base64.b64encode(public).decode()

    def sign(self, data: bytes) -> str:
        """b= over these octets."""
        if self.algorithm == "rsa":
            value = _openssl("dgst", "-sha256", "-sign", self._file, data=data)
        else:
            with tempfile.NamedTemporaryFile() as digest:
                digest.write(hashlib.sha256(data).digest())
                digest.flush()
                value = _openssl("pkeyutl", "-sign", "-inkey", self._file, "-rawin",
                                 "-in", digest.name)
        return base64.b64encode(value).decode()


def split(text: bytes) -> tuple:
    """Header fields as (name, value) with the octets after the colon, and the body."""
    head, _, body = text.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    return [tuple(field.split(b":", 1)) for field in fields], body + b"\r\n"


def _relaxed(name: bytes, value: bytes) -> bytes:
    value = re.sub(rb"\r\n", b"", value)
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value).strip() + b"\r\n"


def _canonical(name: bytes, value: bytes, form: str) -> bytes:
    return _relaxed(name, value) if form == "relaxed" else name + b":" + value + b"\r\n"


def _body_hash(body: bytes, form: str, length) -> str:
    if form == "relaxed":
        body = re.sub(rb"[ \t]+(?=\r\n)", b"", body)
        body = re.sub(rb"[ \t]+", b" ", body)
    body = re.sub(rb"(\r\n)*$", b"", body)
    if body or form == "simple":
        body += b"\r\n"
    if length is not None:
        body = body[:length]
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _picked(fields: list, names: list, form: str) -> bytes:
    rest = list(fields)
    out = b""
    for wanted in names:
        for at in range(len(rest) - 1, -1, -1):
            if rest[at][0].strip().lower() == wanted.encode():
                out += _canonical(*rest.pop(at), form)
                break
    return out


def dkim_value(key: Key, domain: str, text: bytes, selector: str = "s1", form: str = "relaxed",
               tags: str = "", length=None, names=None, version: str = "v=1; ") -> bytes:
    """The value of a DKIM-Signature field (or ARC-Message-Signature: `version` is its i=)."""
    fields, body = split(text)
    names = names or _SIGNED
    limit = "" if length is None else f" l={length};"
    value = (f" {version}a={key.algorithm}-sha256; c={form}/{form}; d={domain}; s={selector};"
             f"{tags}{limit}\r\n\th={':'.join(names)}; bh={_body_hash(body, form, length)};\r\n\tb=")
    field = b"DKIM-Signature" if version == "v=1; " else b"ARC-Message-Signature"
    own = _canonical(field, value.encode(), form)[:-2]
    return value.encode() + key.sign(_picked(fields, names, form) + own).encode()


def signed(key: Key, domain: str, text: bytes, **how) -> bytes:
    """The message with a DKIM signature on top."""
    return b"DKIM-Signature:" + dkim_value(key, domain, text, **how) + b"\r\n" + text


def sealed(key: Key, domain: str, text: bytes, found: str, chain: str = "none",
           selector: str = "arc") -> bytes:
    """The message with one more ARC set on top; `found` is what the sealer's
    ARC-Authentication-Results state behind its i=."""
    fields, _ = split(text)
    sets = {}
    for name, value in fields:
        if name.lower().startswith(b"arc-"):
            number = int(re.search(rb"\bi=(\d+)", value).group(1))
            sets.setdefault(number, {})[name.lower()] = (name, value)
    here = len(sets) + 1
    results = f" i={here}; {found}".encode()
    signature = dkim_value(key, domain, text, selector, version=f"i={here}; ")
    seal = f" i={here}; a={key.algorithm}-sha256; cv={chain}; d={domain}; s={selector}; b=".encode()
    data = b""
    for number in range(1, here):
        for name in (b"arc-authentication-results", b"arc-message-signature", b"arc-seal"):
            data += _relaxed(*sets[number][name])
    data += _relaxed(b"arc-authentication-results", results)
    data += _relaxed(b"arc-message-signature", signature)
    data += _relaxed(b"arc-seal", seal)[:-2]
    seal += key.sign(data).encode()
    return (b"ARC-Seal:" + seal + b"\r\nARC-Message-Signature:" + signature
            + b"\r\nARC-Authentication-Results:" + results + b"\r\n" + text)
