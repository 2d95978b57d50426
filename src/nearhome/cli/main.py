"""The ``nearhome`` command. Each verb lives in its own module and loads only what it needs."""

import os

import typer

from nearhome.cli import (
    benchmark,
    commitment,
    demo,
    doctor,
    fairness,
    forecast,
    importing,
    match,
    migrate,
    needs,
    ocds,
    person,
    plan,
    schema,
    serve,
    settle,
    tender,
    worker,
)

# Small matrices: threads would only wait for one another, and could change the last digit of a figure.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Find, buy, share and pay for homes for children in care, together.",
)
app.command()(demo.demo)
app.command()(needs.needs)
app.command()(forecast.forecast)
app.command()(benchmark.benchmark)
app.command()(match.match)
app.command()(plan.plan)
app.command()(fairness.fairness)
app.command()(commitment.commitment)
app.command()(settle.settle)
app.command()(schema.schema)
app.command()(serve.serve)
app.command()(worker.worker)
app.command()(migrate.migrate)
app.command()(doctor.doctor)
app.add_typer(importing.app, name="import")
app.add_typer(person.app, name="person")
app.add_typer(ocds.app, name="ocds")
app.add_typer(tender.app, name="tender")
