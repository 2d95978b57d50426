"""One referral's way, step by step; each step is done by the person who would do it, at its own time."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nearhome.demo.story import answers
from nearhome.demo.story.players import Players
from nearhome.market.models import Home
from nearhome.market.queries.places import free_places
from nearhome.matching.actions.asking import ask_homes
from nearhome.matching.actions.deciding import Choice, select_offer
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.models import Decision, SavedRanking
from nearhome.matching.queries.call_off import owed_for
from nearhome.matching.queries.offers import choosing
from nearhome.needs.models import Child
from nearhome.people.models import Person
from nearhome.placements.actions.agreeing import issue_agreement, sign_agreement
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.actions.arriving import Arrival, record_arrival
from nearhome.placements.models import Agreement, Booking
from nearhome.placements.queries.terms import answers_to_begin_with
from nearhome.privacy.acting import acting
from nearhome.procurement.calculations.routes import route_for_place
from nearhome.procurement.models import BlockPlace
from nearhome.referrals.actions.offering import OfferTerms, make_offer, open_invitation
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.recording import answer_question, start_referral, submit_referral
from nearhome.referrals.calculations.released import read_anonymous
from nearhome.referrals.models import Invitation, Offer, Referral, Release, SearchPermission
from nearhome.referrals.queries.limits import limit_on

Ranked = dict[str, Any]
FIRST_CARE = Arrival(legal_status="C2", need="N1")
MET = "Two adults by day and one awake at night; a quiet room; we know what the child needs and have done it before."


@dataclass(frozen=True, slots=True)
class Besides:
    """Pence a week that an offer names besides the bed, as part of its price."""

    therapy: int = 0
    transport: int = 0


NOTHING, THERAPY, THERAPY_AND_TRANSPORT = Besides(), Besides(18_500), Besides(18_500, 7_200)


class Journey:
    """A referral of one authority; `at` is the moment of the step that comes next."""

    def __init__(self, players: Players, code: str, child: Child, begins: dt.datetime) -> None:
        self.players, self.code, self.at = players, code, begins
        self.officer, self.approver = players.person(code, "olive"), players.person(code, "april")
        with acting(self.officer):
            self.referral = start_referral(child=child, by=self.officer, now=begins)

    def later(self, **time: float) -> dt.datetime:
        """The next step happens so much later, but never after now."""
        self.at = min(self.at + dt.timedelta(**time), self.players.now)
        return self.at

    def fresh(self) -> Referral:
        """The referral as it is now; read while acting."""
        self.referral = Referral.objects.select_related("authority", "child").get(pk=self.referral.pk)
        return self.referral

    def answer(self, said: Mapping[str, Any]) -> None:
        """Answer questions in the draft."""
        with acting(self.officer):
            answer_question(referral=self.fresh(), answers=said, by=self.officer, now=self.later(minutes=20))

    def submit(self, needed_on: dt.date, **said: Any) -> None:
        """Answer everything and hand it in."""
        self.answer(answers.USUAL | {"needed_on": needed_on} | said)
        with acting(self.officer):
            submit_referral(referral=self.fresh(), by=self.officer, now=self.later(minutes=40))

    def decide_search(self, *, granted: bool, reason: str = "") -> None:
        """The approver gives or refuses leave to search."""
        with acting(self.approver):
            asked = SearchPermission.objects.get(referral=self.referral, granted__isnull=True)
            decide_permission(
                permission=asked, granted=granted, by=self.approver, now=self.later(hours=2), reason=reason
            )

    def rank(self) -> list[Ranked]:
        """Rank the homes; the possible ones, best first."""
        with acting(self.officer):
            saved = rank_homes_for(referral=self.fresh(), by=self.officer, now=self.later(minutes=30))
            self.ranking: SavedRanking = saved
        return [*saved.result["ranked"], *saved.result["rest"]]

    def search(self, needed_on: dt.date, **said: Any) -> list[Ranked]:
        """From the answers to the ranked homes, with leave to search."""
        self.submit(needed_on, **said)
        self.decide_search(granted=True)
        return self.rank()

    def invite(self, chosen: Iterable[Ranked]) -> list[Invitation]:
        """Ask these homes, in this order."""
        positions = {one["home_ref"]: one["position"] for one in chosen}
        with acting(self.officer):
            homes = {str(home.key): home for home in Home.objects.filter(key__in=positions).select_related("provider")}
            now = self.later(minutes=30)
            owed = owed_for(self.fresh(), positions, now=now)
            invited = ask_homes(
                referral=self.fresh(),
                homes=[homes[ref] for ref in positions],
                reasons=dict.fromkeys(owed, answers.PASSED_OVER),
                ranking_positions={homes[ref].pk: position for ref, position in positions.items()},
                by=self.officer,
                now=now,
            )
        return list(invited.new)

    def answering(self, invitation: Invitation) -> Person:
        """Who answers for the home that was invited."""
        return self.players.provider_person(invitation.home.provider)

    def opened(self, invitation: Invitation) -> Person:
        """The provider reads the invitation."""
        person = self.answering(invitation)
        with acting(person):
            open_invitation(invitation=invitation, by=person, now=self.later(minutes=50))
        return person

    def offer(self, invitation: Invitation, besides: Besides = NOTHING) -> Offer:
        """The provider reads the invitation and offers a free place at its price."""
        person = self.opened(invitation)
        terms = self._terms(invitation, person)
        bed = terms.core_pence - besides.therapy - besides.transport
        terms = replace(terms, core_pence=bed, therapy_pence=besides.therapy, transport_pence=besides.transport)
        with acting(person):
            return make_offer(invitation=invitation, terms=terms, by=person, now=self.later(hours=2))

    def _terms(self, invitation: Invitation, person: Person) -> OfferTerms:
        with acting(person):
            told = Release.objects.get(invitation=invitation, stage=Release.Stage.ANONYMOUS)
            need = read_anonymous(told.content)
            free = free_places([invitation.home_id], need.needed_on, None, now=self.at)[invitation.home_id]
        ours = self._our_block_places()
        place = next((one for one in free if one.pk in ours), free[0])
        route = route_for_place([one.route for one in need.routes], place.pk)
        priced = next(one for one in need.routes if one.route == route)
        with acting(person):
            home, day = invitation.home_id, need.needed_on
            limit, _ = limit_on(priced, home_id=home, needed_on=day, on=day)
        pence = limit.guide_pence if limit.most_pence is None else limit.most_pence
        if not pence:
            raise LookupError(f"{invitation.home} has no price: {limit.words}")
        return OfferTerms(place, day, pence, MET)

    def _our_block_places(self) -> set[int]:
        with acting(self.officer):
            ours = BlockPlace.objects.filter(nominated_id=self.officer.organisation_id)
            return set(ours.values_list("place_id", flat=True))

    def choose(self, offer: Offer) -> Decision:
        """The officer chooses, with everything that has to be said."""
        with acting(self.officer):
            now, referral = self.later(hours=3), self.fresh()
            facts = choosing(self.officer, referral.key, offer.key, now=now)
            choice = Choice(
                reasons=answers.REASONS,
                tests=answers.TESTS,
                passed_over={home.home_ref: "It is further from the child's family." for home in facts.better_offers},
                not_invited="They are further from the child's school, or the bed chosen is paid for already.",
                feedback={str(one.offer.key): answers.FEEDBACK for one in facts.others},
                wishes_answered="Nan lives near by and may visit whenever the child likes; there is a garden.",
                skipped=dict.fromkeys(facts.call_off.owed, answers.PASSED_OVER),
                waiver=("no_place", "No other home that could take the child in time had a place free."),
            )
            return select_offer(referral=referral, offer=offer, choice=choice, by=self.officer, now=now)

    def approve(self, decision: Decision) -> Booking:
        """The approver approves and the place is booked."""
        with acting(self.approver):
            booking = approve_and_book(
                decision=decision, by=self.approver, now=self.later(hours=3), granted=True, reason="Agreed."
            )
        assert booking is not None
        return booking

    def take_first(
        self,
        ranked: Iterable[Ranked],
        suits: Callable[[Ranked], bool] = lambda one: True,
        besides: Besides = NOTHING,
    ) -> Booking:
        """The first home that suits is invited, offers, is chosen and approved."""
        first = next(one for one in ranked if suits(one))
        return self.approve(self.choose(self.offer(self.invite([first])[0], besides)))

    def agreement(self, booking: Booking, said: Mapping[str, Any]) -> Agreement:
        """The authority issues the agreement."""
        with acting(self.officer):
            begun = replace(answers_to_begin_with(booking), **said)
            return issue_agreement(booking=booking, by=self.officer, now=self.later(hours=2), answers=begun)

    def sign(self, agreement: Agreement, *, by: Person) -> None:
        """One side signs."""
        with acting(by):
            sign_agreement(agreement=agreement, by=by, now=self.later(hours=1), name=by.name)

    def sign_both(self, booking: Booking) -> None:
        """A full agreement, signed by both sides."""
        agreement = self.agreement(booking, answers.agreement_answers(booking.starts_on))
        self.sign(agreement, by=self.officer)
        self.sign(agreement, by=self.players.provider_person(booking.provider))

    def arrive(self, booking: Booking, arrived_on: dt.date, said: Arrival = FIRST_CARE) -> Booking:
        """The child moved in; recorded on that afternoon."""
        afternoon = self.players.morning((self.players.today - arrived_on).days, hour=16)
        self.at = max(self.at, afternoon)
        with acting(self.officer):
            return record_arrival(booking=booking, arrived_on=arrived_on, by=self.officer, now=self.at, arrival=said)
