"""The ``nearhome`` command. Each verb lives in its own module and loads only what it needs."""

import typer

from nearhome.cli import demo, doctor, importing, migrate, person, serve, worker

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Find, buy, share and pay for homes for children in care, together.",
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(worker.worker)
app.command()(migrate.migrate)
app.command()(doctor.doctor)
app.add_typer(importing.app, name="import")
app.add_typer(person.app, name="person")
