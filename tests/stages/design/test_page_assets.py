import json
import re
from pathlib import Path

import pytest

from nearhome.design import assets

ROOT = Path(__file__).resolve().parents[3]


def test_only_the_design_system_and_the_checker_are_fetched() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert set(lock["packages"]) == {"", "node_modules/govuk-frontend", "node_modules/axe-core"}
    assert lock["packages"]["node_modules/govuk-frontend"]["version"] == "6.3.0"
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


@pytest.mark.parametrize("name", ["package.json", "package-lock.json", ".npmrc"])
def test_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "resolved" not in text.replace("omit-lockfile-registry-resolved", "")
    assert "//" not in text


def test_the_style_sheet_asks_for_no_file(fetched_assets: Path) -> None:
    css = (fetched_assets / "static/vendor/govuk-frontend.min.css").read_text()
    assert re.findall(r"url\(|@import|@font-face|GDS Transport|sourceMappingURL", css) == []
    assert ".govuk-button" in css
    held = {path.name for path in (fetched_assets / "static/vendor").iterdir()}
    assert held == {"govuk-frontend.min.css", "govuk-frontend.min.js"}


def test_fetching_again_does_nothing(fetched_assets: Path) -> None:
    told: list[str] = []
    script = fetched_assets / "static/vendor/govuk-frontend.min.js"
    before = script.stat().st_mtime_ns
    assets.fetch_assets(ROOT, told.append)
    assert told == ["Page assets are already here"]
    assert script.stat().st_mtime_ns == before


def test_without_a_network_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in assets.MANIFEST:
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retry_mintimeout", "1")
    with pytest.raises(assets.AssetsNotFetched, match=r"could not be fetched.*then run the same command again"):
        assets.fetch_assets(tmp_path)
    assert [path.name for path in (tmp_path / ".nearhome").iterdir()] == []


def test_a_missing_lock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsNotFetched, match=r"package-lock\.json is missing"):
        assets.fetch_assets(tmp_path)
