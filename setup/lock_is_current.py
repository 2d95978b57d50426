"""Every dependency that pyproject.toml names is in the lock file, and the lock file holds no address."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(project: dict) -> set[str]:
    """Names of all direct dependencies."""
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    lists += project["dependency-groups"].values()
    return {normal(re.split(r"[\[<>=~! ;]", one)[0]) for several in lists for one in several}


if __name__ == "__main__":
    locked_text = (ROOT / "requirements.lock").read_text()
    locked = {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", locked_text, re.MULTILINE)}
    missing = asked_for(tomllib.loads((ROOT / "pyproject.toml").read_text())) - locked
    if missing:
        sys.exit(f"Not locked: {', '.join(sorted(missing))}. Renew requirements.lock (docs/operations.md says how).")
    if "://" in locked_text:
        sys.exit("The lock file names an address; write it without index addresses.")
