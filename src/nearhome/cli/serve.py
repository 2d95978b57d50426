"""``nearhome serve``: answer browsers."""

import errno
import os
import socket
from typing import Annotated, Any

import typer

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import stop, terminal

# A return’s files together may have 60 MB; waitress alone would take a gigabyte from anybody, signed in or not.
LARGEST_REQUEST = 64 * 1024 * 1024


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    threads: Annotated[int, typer.Option(help="Requests answered at once.")] = 8,
) -> None:
    """Serve the site until Ctrl-C."""
    check_port(host, port)
    start_django()
    answer_browsers(host, port, threads)


def check_port(host: str, port: int) -> None:
    """Stop with a sentence when the port is taken or not ours to take."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise stop(f"Port {port} is taken. Choose another, for example: make demo PORT={port + 1}") from None
            raise stop(f"Cannot listen on {host}:{port}: {problem.strerror}.") from None


def answer_browsers(host: str, port: int, threads: int) -> None:
    """Run the web server in this process."""
    import waitress

    from nearhome.website.wsgi import application

    terminal.print(f"Nearhome is at [bold]http://{host}:{port}/[/bold] (Ctrl-C stops it)")
    waitress.serve(
        application, host=host, port=port, threads=threads, ident=None, _quiet=True,
        max_request_body_size=LARGEST_REQUEST, **_proxy(),
    )  # fmt: skip


def _proxy() -> dict[str, Any]:
    """Where HTTPS ends before us, that proxy says how and from whom a request came; nobody else is believed."""
    if os.environ.get("NEARHOME_HTTPS") != "1":
        return {}
    believed = {"x-forwarded-proto", "x-forwarded-for"}
    return {"trusted_proxy": os.environ.get("NEARHOME_PROXY", "127.0.0.1"), "trusted_proxy_headers": believed}
