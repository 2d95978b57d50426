"""``nearhome person``: the first administrator of an organisation, who then adds everybody else in the browser."""

from typing import TYPE_CHECKING, Annotated

import typer

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import stop, terminal

if TYPE_CHECKING:
    from nearhome.people.models import Organisation

app = typer.Typer(no_args_is_help=True, help="Let the first people of an organisation in.")


@app.callback()
def person() -> None:
    """Let the first people of an organisation in."""


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="E-mail address they sign in with.")],
    name: Annotated[str, typer.Option(help="Full name.")],
    organisation: Annotated[str, typer.Option(help="Three-digit DfE code of an authority, or an organisation's name.")],
    role: Annotated[list[str] | None, typer.Option(help="May be repeated; administrator if left out.")] = None,
) -> None:
    """Add a person and print the one-time link with which they set a password."""
    start_django()
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction
    from django.utils import timezone

    from nearhome.audit.record import Nearhome
    from nearhome.people.actions import add_person, one_time_link
    from nearhome.privacy.acting import acting_for

    now, roles = timezone.now(), role or ["administrator"]
    try:
        validate_email(email)
        with transaction.atomic():
            found = _organisation(organisation)
            by = Nearhome(found.pk, found.name)
            with acting_for(found.pk):
                added = add_person(email=email, name=name, roles=roles, by=by, now=now)
                path = one_time_link(person=added, by=by, now=now)
    except ValidationError as refused:
        raise stop(" ".join(refused.messages)) from None
    terminal.print(f"{added.name} was added to {found}. Pass on this page of your site; it works once, for 3 days:")
    print(path)


def _organisation(words: str) -> "Organisation":
    """By DfE code, made known on first use, else by name."""
    from nearhome.geography.authorities import authority_by_dfe, authority_by_name
    from nearhome.people.actions import add_authority
    from nearhome.people.queries import organisations_called

    found = organisations_called(words)
    if len(found) > 1:
        raise stop(f"There are several organisations called {words}. Rename one in the register, or use a DfE code.")
    if found:
        return found[0]
    try:
        known = authority_by_dfe(words)
    except KeyError:
        named = authority_by_name(words)
        hint = f" If you mean the authority, use its DfE code {named.dfe_code}." if named else ""
        raise stop(
            f"There is no organisation called {words} in the records.{hint} Authorities are made known by their"
            " three-digit DfE code, such as 886; providers come with the register."
        ) from None
    return add_authority(name=known.name, dfe_code=known.dfe_code, gss_code=known.gss_code)
