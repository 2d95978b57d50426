"""Text that is encrypted before it reaches the database (Fernet; keys rotate by listing the new one first)."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> bytes:
    """Encrypt with the newest key."""
    return _box(tuple(settings.NEARHOME_IDENTITY_KEYS)).encrypt(text.encode())


def unseal(token: bytes) -> str:
    """Decrypt with whichever key sealed it; raises ``cryptography.fernet.InvalidToken`` when none did."""
    return _box(tuple(settings.NEARHOME_IDENTITY_KEYS)).decrypt(bytes(token)).decode()


class SealedTextField(models.TextField):
    """Text in Python, ciphertext in the database; it cannot be searched or sorted."""

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:
        return None if value is None else seal(str(value))
