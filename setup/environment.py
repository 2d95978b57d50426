"""Make .venv with the locked dependencies. Standard library only: it runs before anything is installed."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
NEEDED_MB = 2500


def stop(sentence: str) -> None:
    """End with something a person can act on."""
    sys.exit(f"✗ {sentence}")


def check_machine() -> None:
    """Python's version and room on the disk, before anything is written."""
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 demo")
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < NEEDED_MB:
        stop(f"Only {free:,} MB are free here and about {NEEDED_MB:,} MB are needed. Free some and run again.")


def install() -> None:
    """Create the environment and install exactly what the lock file names."""
    print("Setting up .venv (a minute or two, once)", flush=True)
    if not works(ENVIRONMENT / "bin" / "python"):
        make_environment()
    pip = [str(ENVIRONMENT / "bin" / "pip"), "--disable-pip-version-check", "install"]
    bar = ["--progress-bar", "on" if sys.stdout.isatty() else "off"]
    run([*pip, *bar, "--quiet", "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    run([*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])


def works(python: Path) -> bool:
    """Whether an environment from an earlier run can still be used: its Python may have moved since."""
    check = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return python.exists() and subprocess.run(check, capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """A new environment in place of whatever is there."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except subprocess.CalledProcessError:
        stop("Python cannot make virtual environments here. On Debian or Ubuntu: apt-get install python3-venv")


def run(command: list[str]) -> None:
    """Run pip; its own words stay visible, and ours say what to do."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        stop(
            "The packages could not be installed. Check that this computer reaches its Python package registry, then run again."
        )


if __name__ == "__main__":
    check_machine()
    install()
    (ENVIRONMENT / ".ready").touch()
