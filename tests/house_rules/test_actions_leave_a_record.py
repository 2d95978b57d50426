"""Every action says who did it and when, happens whole or not at all, and leaves a record."""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from nearhome.audit.models import Event
from nearhome.privacy.acting import acting_for
from scenes_whole import make_whole

SOURCE = Path(__file__).resolve().parents[2] / "src" / "nearhome"
KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY

# Not whole in themselves: each runs inside the transaction of the action that calls it, or opens one of its own.
OPENS_ITS_OWN = "opens the transaction itself, after it has checked who asks"
INSIDE = "is called by another action, in whose transaction it runs"
NOT_DECORATED = {
    "market.actions.register.load_register": OPENS_ITS_OWN,
    "market.actions.register.preview_register": OPENS_ITS_OWN,
    "needs.actions.loading.load_return": OPENS_ITS_OWN,
    "needs.actions.loading.preview_return": OPENS_ITS_OWN,
    "placements.actions.agreeing.complete_agreement": "is issue_agreement, which is atomic, under another name",
    "placements.actions.arriving.mark_placed": INSIDE,
    "placements.actions.booking.give_up": INSIDE,
    "placements.actions.ending.leave": INSIDE,
    "placements.actions.keeping.note": INSIDE,
    "placements.actions.keeping.note_inside": INSIDE,
    "referrals.actions.moving.note_move": INSIDE,
    "referrals.actions.permission.ask_permission": INSIDE,
    "settlement.actions.closing_hosts.close_month_by_hosts": "each host's part is a transaction of its own",
    "settlement.actions.moving.move_month": INSIDE,
    "settlement.actions.moving.return_to_draft": INSIDE,
}
NO_RECORD = {
    "settlement.actions.moving.move_month": "the move is itself a row that says who, when and why",
    "referrals.actions.moving.move_referral": "the move is itself a row that says who, when and why",
    "referrals.actions.moving.note_move": "writes that row",
    "referrals.actions.permission.ask_permission": "submitting the referral records the sentence it returns",
    "sufficiency.actions.places_wanted.keep_places_wanted": "the plan it comes from is on record, with who asked for it",
}
NO_PERSON = {
    "people.actions.add_authority": "set-up, before there is anybody who could do it",
}
NOT_DECORATED["tendering.actions.options.note_appraisal"] = INSIDE
LOCKS = {"referrals.actions.moving.lock_draft": "locks a row and checks who asks; changes nothing"}
LOCKS |= dict.fromkeys(
    ("tendering.actions.bidding.lock_draft", "tendering.actions.bidding.lock_open_bid"),
    "locks a bid and checks who asks",
)
# Positional arguments, because only actions beside them call them.
BESIDE = {"placements.actions.arriving.mark_placed"}
# Work out, look up or lock; the action that calls them records what was done.
CALLED_BY_ACTIONS = {
    "market.actions.register_entries", "market.actions.register_homes", "market.actions.register_providers",
    "needs.actions.refused", "needs.actions.return_children", "needs.actions.return_episodes",
    "needs.actions.return_records", "needs.actions.return_removals",
    "procurement.actions.uplift_moving",
    "settlement.actions.funding", "settlement.actions.holding", "settlement.actions.crediting",
    "settlement.actions.settling", "settlement.actions.proposals", "market.actions.fitting_places", "procurement.actions.terms", "tendering.actions.moving",
    "partnership.actions.moving",
}  # fmt: skip
CALLED_BY_ACTIONS |= {"tendering.actions.preparing"}


def action_modules() -> Iterator[tuple[str, Path]]:
    """(name below nearhome, file) of every module of actions."""
    for path in sorted([*SOURCE.glob("*/actions.py"), *SOURCE.glob("*/actions/*.py")]):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if path.name != "__init__.py" and name not in CALLED_BY_ACTIONS:
            yield name, path


def written_in(name: str) -> dict[str, Callable[..., Any]]:
    """The public functions that a module itself defines."""
    module = import_module(f"nearhome.{name}")
    functions = inspect.getmembers(module, inspect.isfunction)
    return {one: f for one, f in functions if not one.startswith("_") and f.__module__ == module.__name__}


def actions() -> dict[str, Callable[..., Any]]:
    """Every action by its full name: a public function that is told who does it."""
    found = {f"{name}.{one}": f for name, _ in action_modules() for one, f in written_in(name).items()}
    return {full: f for full, f in found.items() if "by" in inspect.signature(f).parameters and full not in LOCKS}


def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    return {one.name: one for one in ast.parse(path.read_text()).body if isinstance(one, ast.FunctionDef)}


def called_in(function: ast.FunctionDef) -> set[str]:
    """Names of everything a function calls, as written."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        one.id if isinstance(one, ast.Name) else one.attr for one in calls if isinstance(one, ast.Name | ast.Attribute)
    }


def imported_actions(path: Path) -> set[str]:
    """Names that a module imports from modules of actions, as it calls them."""
    imports = [one for one in ast.parse(path.read_text()).body if isinstance(one, ast.ImportFrom)]
    return {
        alias.asname or alias.name for one in imports if ".actions" in (one.module or "") for alias in one.names
    } - {"lock_referral", "lock_draft", "lock_booking", "require_draft", "keep_changes", "note_move", "ask_permission"}


def records(path: Path, name: str) -> bool:
    """Whether a function of a module records, itself or through what it calls in this module or in other actions."""
    own, others = functions_of(path), imported_actions(path)
    seen, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one == "record" or one in others:
            return True
        if one in own and one not in seen:
            seen.add(one)
            waiting += called_in(own[one])
    return False


def test_there_are_actions_to_look_at() -> None:
    assert len(actions()) > 50


def test_every_action_is_told_by_whom_and_when_by_name() -> None:
    wrong = [
        f"{name}: {given}"
        for name, function in actions().items()
        if name not in BESIDE
        for given in ("by", "at" if ".actions.keeping." in name else "now")
        if (one := inspect.signature(function).parameters.get(given)) is None or one.kind is not KEYWORD_ONLY
    ]
    assert wrong == []


def test_every_action_happens_whole_or_not_at_all() -> None:
    loose = []
    for module, path in action_modules():
        written = functions_of(path)
        for name in {full.rpartition(".")[2] for full in actions() if full.rpartition(".")[0] == module}:
            decorated = {ast.unparse(one) for one in written[name].decorator_list}
            if "transaction.atomic" not in decorated:
                loose.append(f"{module}.{name}")
    assert set(loose) == set(NOT_DECORATED), set(loose) ^ set(NOT_DECORATED)


def test_every_action_leaves_a_record() -> None:
    silent = {
        f"{module}.{name}"
        for module, path in action_modules()
        for name in written_in(module)
        if f"{module}.{name}" in actions() and not records(path, name)
    }
    assert silent <= set(NO_RECORD), silent - set(NO_RECORD)


def test_every_exception_is_still_there() -> None:
    for full in {*NOT_DECORATED, *NO_RECORD, *NO_PERSON}:
        module, _, name = full.rpartition(".")
        assert name in written_in(module), f"{full} is gone: take it off the list"
    assert {
        name
        for name in NO_PERSON
        if "by" in inspect.signature(written_in(name.rpartition(".")[0])[name.rpartition(".")[2]]).parameters
    } == set()
    assert all((SOURCE / Path(*name.split("."))).with_suffix(".py").exists() for name in CALLED_BY_ACTIONS)


@pytest.mark.django_db
def test_the_whole_way_leaves_every_step_on_record() -> None:
    whole = make_whole()
    with acting_for(whole.cast.kent.pk):
        steps = set(Event.objects.filter(thread=whole.placed.key).values_list("name", flat=True))
        names = {word for words in Event.objects.values_list("words", flat=True) for word in words.split()}
    assert {
        "referral.answered", "referral.submitted", "permission.granted", "invitation.sent", "question.asked",
        "question.answered", "offer.made", "invitation.declined", "choice.made", "choice.approved",
        "offer.not_selected", "booking.made", "agreement.issued", "agreement.signed", "agreement.in_force",
        "placement.arrived", "clock.done", "placement.expected_end_changed",
    } <= steps  # fmt: skip
    assert not {word for word in names if word.startswith(("ZZNAME", "ZZWISH", "ZZPLACE"))}
