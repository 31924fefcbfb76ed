"""A certificate that this machine signs itself, kept with the user's data and used again.

A browser warns of it once; the exception that the user makes then holds as long as the certificate
stays the same.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from camdigits.errors import OutputError

DAYS = 397
"""How long a pair is valid; some phones take none that is valid for longer than 825 days."""
RENEW_DAYS = 7
"""A pair that ends sooner is made anew."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key.

    Attributes:
        certificate: PEM file.
        key: PEM file, for its owner alone.
        fingerprint: SHA-256 of the certificate as browsers show it: "AB:CD:...".
        is_new: it was made just now.
    """

    certificate: Path
    key: Path
    fingerprint: str
    is_new: bool


def own_pair(folder: Path, names: Collection[str]) -> Pair:
    """Return the pair that a folder keeps, made anew if it ends soon or lacks a name.

    Args:
        folder: made where it is not there.
        names: host names and addresses that the certificate is to stand for.

    Raises:
        OutputError: if it cannot be written.
    """
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    known = _known(certificate, key)
    is_new = known is None or not set(names) <= _names_of(known) or _ends_soon(known)
    if known is None or is_new:
        known = _made(folder, set(names) | (_names_of(known) if known else set()))
    digest = known.fingerprint(hashes.SHA256()).hex(":").upper()
    return Pair(certificate, key, digest, is_new)


def _known(certificate: Path, key: Path) -> x509.Certificate | None:
    """Return the certificate that is there, None if there is none that its key fits."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    return found if private.public_key() == found.public_key() else None


def _names_of(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = names.get_values_for_type(x509.IPAddress)
    return set(names.get_values_for_type(x509.DNSName)) | set(map(str, addresses))


def _ends_soon(certificate: x509.Certificate) -> bool:
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return left < datetime.timedelta(days=RENEW_DAYS)


def _made(folder: Path, names: set[str]) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camdigits on this machine")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # clocks of phones differ
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(n) for n in sorted(names)]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(folder / "key.pem", key.private_bytes(pem, form, no_password))
        _write(folder / "certificate.pem", certificate.public_bytes(pem))
    except OSError as error:
        raise OutputError(
            f"cannot keep a certificate in {folder}: {error.strerror}; "
            "name your own with --tls-cert and --tls-key"
        ) from error
    return certificate


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, data: bytes) -> None:
    """Replace a file at once by one that its owner alone may read."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    partial.replace(path)
