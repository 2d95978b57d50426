"""The embedded server stops with its last user, also after another user was killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

from nearhome.website.installation import forget_ended_users


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
