"""Which server and database an installation uses; the embedded server stops with its last user."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nearhome.website.installation import databases, forget_ended_users


def test_a_killed_process_no_longer_keeps_the_server_running(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    listed = tmp_path / ".handle_pids.json"
    listed.write_text(json.dumps([ended.pid, os.getpid()]))
    forget_ended_users(listed)
    assert json.loads(listed.read_text()) == [os.getpid()]


def test_a_server_that_nobody_used_yet_has_no_list(tmp_path: Path) -> None:
    forget_ended_users(tmp_path / ".handle_pids.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("own_server", "named", "expected"),
    [
        ("", "", "nearhome"),
        ("", "another", "another"),
        ("postgresql://owner@db/theirs", "", "theirs"),
        ("postgresql://owner@db/theirs", "another", "another"),
    ],
)
def test_a_database_named_by_itself_is_used_on_any_server(
    monkeypatch: pytest.MonkeyPatch, own_server: str, named: str, expected: str
) -> None:
    for variable, value in (("DATABASE_URL", own_server), ("NEARHOME_DATABASE", named)):
        if value:
            monkeypatch.setenv(variable, value)
        else:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NEARHOME_OWNER_URL", own_server or "postgresql://owner@/postgres?host=%2Fmade%2Fup")
    assert {alias: told["NAME"] for alias, told in databases().items()} == {"default": expected, "owner": expected}
