"""Make .nearhome/peers/ocds: libcoveocds, the standard's own checking program, in an environment of its own.

It is under the AGPL: it runs apart, on files, and nothing of it is ever imported. What is installed is locked in
tests/peers/libcoveocds.lock. Standard library only.

    python setup/ocds_check.py PACKAGE.json    also runs it on a package of releases and prints what it says
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import ocds_schemas
import peer

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".nearhome" / "peers" / "ocds"
LOCK = ROOT / "tests" / "peers" / "libcoveocds.lock"
SCRIPT = ROOT / "tests" / "peers" / "ocds_complaints.py"


def ready() -> Path:
    """The environment's Python; made now if it is missing or the lock file has changed. Raises peer.NoPeer."""
    python, mark = PLACE / "bin" / "python", PLACE / ".ready"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (python.exists() and mark.exists() and mark.read_text() == wanted):
        build(python, mark, wanted)
    return python


def build(python: Path, mark: Path, wanted: str) -> None:
    """One process at a time; marked when it is whole."""
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    with (PLACE.parent / "ocds.lock").open("w") as turn:
        peer.wait_for(turn.fileno())
        if mark.exists() and mark.read_text() == wanted:
            return
        peer.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], "Python cannot make virtual environments here")
        install = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
        peer.run([*install, "-r", str(LOCK)], "The standard’s checking program could not be installed")
        mark.write_text(wanted)


def write_extension(folder: Path) -> None:
    """What our exports add to the standard, as an extension of it: made from the table of their fields."""
    from nearhome.tendering.calculations.ocds.fields import schema_patch, table_from_mapping
    from nearhome.tendering.reference import read_ocds_fields

    about = {"name": {"en": "Fields of Nearhome's exports"}, "description": {"en": "Made from a table of fields."}}
    place = folder / "extension"
    place.mkdir(exist_ok=True)
    (place / "extension.json").write_text(json.dumps({**about, "documentationUrl": {}, "compatibility": ["1.1"]}))
    (place / "release-schema.json").write_text(json.dumps(schema_patch(table_from_mapping(read_ocds_fields()))))


if __name__ == "__main__":
    try:
        program = ready()
    except peer.NoPeer as problem:
        sys.exit(f"✗ {problem}")
    if len(sys.argv) == 1:
        print(f"The standard’s checking program is ready: {program}")
    else:
        folder = ocds_schemas.ready()
        write_extension(folder)
        command = [str(program), str(SCRIPT), sys.argv[1], str(folder)]
        sys.exit(subprocess.run(command, check=False).returncode)
