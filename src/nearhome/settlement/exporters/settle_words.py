"""What `nearhome settle` prints for people: months, who pays whom, corrections, what could not be charged."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.settling import Settled
from nearhome.settlement.calculations.transfers import PERHAPS_MORE_THAN_NEEDED, are_surely_fewest, net_transfers

KINDS = {
    "occupied": "with a child",
    "absent": "child away",
    "empty": "empty",
    "unavailable": "closed",
    "not_yet_payable": "not yet payable",
}
MOST_LINES = 12


def settled_in_words(settled: Settled) -> str:
    """The whole answer as lines of text."""
    return "\n".join(_lines(settled)) + "\n"


def _lines(settled: Settled) -> Iterator[str]:
    names, found = dict(settled.case.names), settled.settlement
    yield settled.case.title
    yield ""
    yield from _months(settled)
    yield from _unposted(settled)
    yield ""
    yield "Each authority"
    for one in found.statements:
        yield (
            f"  {names[one.authority]}: bears {pounds(one.own_cost_pence)}; pays providers {pounds(one.paid_to_providers_pence)},"
            f" is owed {pounds(one.recharged_to_others_pence)} and owes {pounds(one.recharged_by_others_pence)}"
        )
    yield ""
    yield "To providers"
    for payable in found.payables:
        yield f"  {names[payable.payer]} pays {names.get(payable.provider, payable.provider)} {pounds(payable.pence)} ({payable.contract_ref})"
    yield ""
    yield from between_authorities(found.net_positions, names)
    yield from _corrections(settled)
    yield from _problems(settled.problems)


def between_authorities(positions: tuple[tuple[str, int], ...], names: Mapping[str, str]) -> Iterator[str]:
    """The payments that settle net positions; a word more where fewer might do. Names by reference."""
    transfers = net_transfers(positions)
    yield "Between authorities" if transfers else "Between authorities: nothing to pay"
    for transfer in transfers:
        yield f"  {names[transfer.paid_by]} pays {names[transfer.paid_to]} {pounds(transfer.pence)}"
    if not are_surely_fewest(positions):
        yield f"  {PERHAPS_MORE_THAN_NEEDED}"


def _months(settled: Settled) -> Iterator[str]:
    shown = settled.due if len(settled.due) <= MOST_LINES else settled.due[:MOST_LINES]
    for due in shown:
        nights: Counter[str] = Counter()
        for _, span in due.nights:
            nights[span.kind] += span.nights
        words = ", ".join(f"{nights[kind]:,} {words}" for kind, words in KINDS.items() if nights[kind])
        total = pounds(sum(one.pence for one in due.charges))
        yield f"  {due.month.starts_on:%B %Y}: {total}" + (f"; nights: {words}" if words else "")
    if len(shown) < len(settled.due):
        total = pounds(sum(one.pence for due in settled.due for one in due.charges))
        yield f"  … and {len(settled.due) - len(shown)} more months; all together {total}"


def _unposted(settled: Settled) -> Iterator[str]:
    """Where some months are not closed: which ones the sums below are of."""
    if settled.unposted:
        yield ""
        yield f"Posted, and in the sums below: {_named(one.month for one in settled.posted)}"
        yield f"Not closed, so not posted and in no sum below: {_named(settled.unposted)}"


def _named(months: Iterable[Period]) -> str:
    """The months of an unbroken run, as January 2027 to March 2027."""
    names = [f"{month.starts_on:%B %Y}" for month in months]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _corrections(settled: Settled) -> Iterator[str]:
    found = [(one, line) for one in settled.posted for line in one.corrections]
    if found:
        yield ""
        yield "Corrections of closed months"
    for posted, line in found[:MOST_LINES]:
        yield f"  in {posted.month.starts_on:%B %Y}: {pounds(line.pence)}. {line.reason}"
    if len(found) > MOST_LINES:
        yield f"  … and {len(found) - MOST_LINES} more"


def _problems(problems: Iterable[str]) -> Iterator[str]:
    for number, words in enumerate(problems):
        if number == 0:
            yield ""
            yield "Not charged, or to be looked at"
        yield f"  {words}"
