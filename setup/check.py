"""Every check, each failure reported, not only the first. Exit 1 if any failed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearhome.website.settings")
METHODS = sorted(str(path) for path in (ROOT / "docs").rglob("*.md"))

CHECKS = {
    "lint": [BIN / "ruff", "check", "src", "tests", "setup", "bench"],
    "format": [BIN / "ruff", "format", "--check", "src", "tests", "setup", "bench"],
    "types": [BIN / "mypy"],
    "import rules": [BIN / "lint-imports", "--no-cache"],
    "migrations complete": [sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"],
    "documentation examples": [sys.executable, "setup/examples.py", *METHODS],
    "lock file": [sys.executable, "setup/lock_is_current.py"],
}


def passes(name: str, command: list[object]) -> bool:
    """Run one check, quiet unless it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    sys.exit(f"Failed: {', '.join(failed)}" if failed else 0)
