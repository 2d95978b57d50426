"""Make .nearhome/peers/demand-model: the public demand model in an environment of its own, for tests and timing only.

Nearhome never imports it. Its libraries are older than ours, so it needs Python 3.10 or 3.11; what is installed is
locked in tests/peers/cs-demand-model.lock. Standard library only. An environment that fits the lock file is used again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".nearhome" / "peers" / "demand-model"
LOCK = ROOT / "tests" / "peers" / "cs-demand-model.lock"
FITTING = ("python3.11", "python3.10")


class NoPeer(RuntimeError):
    """The environment cannot be made; the sentence says why and what to do."""


def ready() -> Path:
    """The environment's Python; made now if it is missing or the lock file has changed. Raises NoPeer."""
    python, mark = PEER / "bin" / "python", PEER / ".ready"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if python.exists() and mark.exists() and mark.read_text() == wanted:
        return python
    build(wanted)
    return python


def build(wanted: str) -> None:
    """Build beside the old environment's place, one process at a time, and mark it when it is whole."""
    PEER.parent.mkdir(parents=True, exist_ok=True)
    with (PEER.parent / "demand-model.lock").open("w") as turn:
        wait_for(turn.fileno())
        mark = PEER / ".ready"
        if mark.exists() and mark.read_text() == wanted:
            return
        shutil.rmtree(PEER, ignore_errors=True)
        run([fitting_python(), "-m", "venv", str(PEER)], "Python cannot make virtual environments here")
        pip = [str(PEER / "bin" / "pip"), "--disable-pip-version-check", "install", "--quiet", "--progress-bar", "off"]
        run([*pip, "--require-hashes", "-r", str(LOCK)], "Its packages could not be installed")
        mark.write_text(wanted)


def wait_for(descriptor: int) -> None:
    """Take the lock, waiting for whoever has it."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def fitting_python() -> str:
    """A Python that the peer's libraries know."""
    if (3, 10) <= sys.version_info[:2] <= (3, 11):
        return sys.executable
    found = next(filter(None, map(shutil.which, FITTING)), None)
    if not found:
        raise NoPeer(
            f"The public demand model needs Python 3.10 or 3.11, this is {sys.version.split()[0]}. Install one."
        )
    return found


def run(command: list[str], otherwise: str) -> None:
    """Run it; if it fails, end with a sentence that also says what the command said."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NoPeer(
            f"{otherwise} ({' '.join(said)}). Check that this computer reaches its Python package registry, "
            "then run again: python setup/peer.py"
        )


if __name__ == "__main__":
    try:
        print(f"The public demand model is ready: {ready()}")
    except NoPeer as problem:
        sys.exit(f"✗ {problem}")
