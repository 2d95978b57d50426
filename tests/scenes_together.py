"""Several people at the same moment, with real commits."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.core.exceptions import ValidationError
from django.db import connections

from nearhome.people.models import Person
from nearhome.privacy.acting import acting

Attempt = Callable[[], object]


def together(*attempts: tuple[Person, Attempt]) -> list[str]:
    """Start every attempt at the same moment in its own transaction; "done" or the sentence of its refusal."""
    start, results = Barrier(len(attempts)), ["nothing"] * len(attempts)

    def run(number: int, person: Person, attempt: Attempt) -> None:
        try:
            start.wait()
            with acting(person):
                attempt()
            results[number] = "done"
        except ValidationError as refused:
            results[number] = " ".join(refused.messages)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, person, attempt)) for n, (person, attempt) in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
