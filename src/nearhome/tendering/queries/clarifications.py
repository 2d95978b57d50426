"""Questions and answers about a tender: for bidders those that are answered and their own, for buyers all of them."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404

from nearhome.people.models import Organisation, Person
from nearhome.tendering.calculations.shaping.wording import names_given_away
from nearhome.tendering.models import Clarification, ClarificationAsker, Procurement


def questions_and_answers(procurement: Procurement) -> list[Clarification]:
    """What the acting organisation may read, oldest first; row security leaves out others' open questions."""
    return list(procurement.clarifications.order_by("asked_at", "pk"))


def shown_to_bidders(person: Person, procurement: Procurement) -> list[Clarification]:
    """What a bidder reads: answered questions and their own. An authority's own homes may bid: they read no more."""
    mine = own_questions(person, procurement)
    return [one for one in questions_and_answers(procurement) if one.answered_at is not None or one.key in mine]


def clarification_for(procurement: Procurement, key: UUID) -> Clarification:
    """One of them. Raises Http404 if there is none."""
    found = procurement.clarifications.filter(key=key).first()
    if found is None:
        raise Http404("No such question")
    return found


def own_questions(person: Person, procurement: Procurement) -> set[UUID]:
    """Keys of the questions that the person's own organisation asked."""
    rows = ClarificationAsker.objects.filter(procurement=procurement, provider_id=person.organisation_id)
    return set(rows.values_list("clarification_key", flat=True))


def askers_of(procurement: Procurement) -> dict[UUID, str]:
    """Key of each question → who asked, for the buyers; what the buyers told of their own accord has no asker."""
    rows = ClarificationAsker.objects.filter(procurement=procurement).select_related("provider")
    return {row.clarification_key: str(row.provider) for row in rows}


def asker_of(clarification: Clarification) -> Organisation | None:
    """Who asked, for the buyers; None where they told bidders something of their own accord."""
    found = ClarificationAsker.objects.filter(clarification_key=clarification.key).select_related("provider").first()
    return found.provider if found else None


def gives_away(clarification: Clarification, *texts: str) -> tuple[str, ...]:
    """Words in these texts that tell who asked: of the provider's name or of its registered establishments."""
    asker = asker_of(clarification)
    if asker is None:
        return ()
    registered = asker.registrations.filter(Q(closed_on__isnull=True)).values_list("name", "urn")
    return names_given_away("\n".join(texts), [asker.name, *(part for pair in registered for part in pair)])
