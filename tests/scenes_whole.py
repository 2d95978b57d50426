"""One small world with something in every stage, made by the actions the pages call, and marked where it is private.

Every private field carries a word that occurs nowhere else, so that a page which shows too much is found by reading it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from psycopg.types.range import DateRange

from cast import Cast, make_cast, make_person
from nearhome.market.actions.occupancy import close_place
from nearhome.market.actions.register import preview_register
from nearhome.market.models import Home
from nearhome.matching.actions.asking import ask_homes
from nearhome.matching.actions.deciding import Choice, select_offer
from nearhome.matching.actions.fairness import work_out_fairness
from nearhome.matching.actions.planning import make_plan, tell_searches
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.models import Decision
from nearhome.matching.queries.offers import choosing
from nearhome.matching.reference.tests_of_law import MATCHING_TESTS
from nearhome.needs.actions.loading import preview_return
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.placements.actions.agreeing import issue_agreement, sign_agreement
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.actions.arriving import Arrival, record_arrival
from nearhome.placements.actions.clock_events import VISIT, record_clock_event
from nearhome.placements.actions.living import extend_placement
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions import (
    add_block_place,
    admit_supplier,
    make_block_contract,
    make_framework,
    set_block_price,
    set_rate_line,
)
from nearhome.procurement.calculations.call_offs.order import step_of
from nearhome.procurement.models import Framework
from nearhome.referrals.actions.children import NewChild, record_child
from nearhome.referrals.actions.inviting import answer_provider, release_detail
from nearhome.referrals.actions.offering import OfferTerms, ask_question, decline_invitation, make_offer
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.places import NewPlace, add_important_place
from nearhome.referrals.actions.recording import answer_question, start_referral, submit_referral
from nearhome.referrals.actions.together import keep_apart
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.settlement.actions.working_out import work_out_month
from nearhome.sufficiency.actions.forecasting import work_out_forecast
from nearhome.sufficiency.actions.picturing import share_picture, work_out_picture
from nearhome.sufficiency.actions.requiring import save_requirement
from nearhome.sufficiency.actions.scenarios import save_scenario
from nearhome.sufficiency.queries.requirements import Wanted
from scenes import make_home, make_partnership
from scenes_needs import made_up_return
from scenes_placements import full_answers
from scenes_referrals import ANSWERS
from scenes_settlement import live_in
from scenes_whole_awards import make_awards
from scenes_whole_away import make_away_terms
from scenes_whole_blocks import fill_block
from scenes_whole_budgets import make_budgets
from scenes_whole_closing import close_the_month_before
from scenes_whole_disputes import dispute_a_line
from scenes_whole_elements import make_elements
from scenes_whole_evaluation import make_evaluated_tender
from scenes_whole_frameworks import make_frameworks
from scenes_whole_invoices import make_invoices
from scenes_whole_notices import make_notices
from scenes_whole_options import make_whole_options
from scenes_whole_partnership import add_partnership
from scenes_whole_rules import make_rules
from scenes_whole_tenders import add_tenders
from scenes_years import FIRST, LAST, load_years, question

# Pence no other price has, so that the pounds on a page say whose offer leaked.
MEADOW_PENCE, HARBOUR_PENCE, BLOCK_PENCE, RATE_PENCE = 515_151, 434_343, 626_262, 737_373
AUTHORITY_ROLES = ("placement_officer", "approver", "commissioner", "finance_officer", "analyst", "administrator")
REGISTER = (
    b"Local authority,URN,Provider type,Sector,Provider name,Registration date,Registration status,Deregistration date,"
    b"Placement code,Provider postcode,Owner ID,Owner name,Date of last full inspection,Overall effectiveness,"
    b"Number of registered places,Learning difficulty\n"
    b"Kent,SC900500,Children's home,Private,ZZREGISTER House,31/02/2013,Active,,K2,CT9 1QQ,RP900099,"
    b"Madeup Owner Ltd,07/12/2025,Good,4,Yes\n"
)


@dataclass(frozen=True)
class Whole:
    """Everybody and everything; `people` are those who sign in, by a name a failing test can be read by."""

    cast: Cast
    people: dict[str, Person]
    partnership: Partnership
    meadow: Home
    harbour: Home
    searching: Referral
    waiting: Referral
    decided: Referral
    placed: Referral
    booking: Booking
    foreign: Referral


@dataclass(frozen=True)
class _Maker:
    cast: Cast
    now: dt.datetime
    meadow: Home
    harbour: Home
    own: Home

    @property
    def today(self) -> dt.date:
        return self.now.date()


def make_whole() -> Whole:
    """The world. Times are taken from the clock, because the pages take theirs from it too."""
    now = timezone.now() - dt.timedelta(minutes=30)
    cast = make_cast()
    partnership = make_partnership(cast)
    people = _everybody(cast)
    load_years(cast.kent, "ZZCHILD", each_month=1)
    maker = _Maker(
        cast,
        now,
        make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", point=(581_000, 161_000), places=4),
        make_home(cast.harbour, "Madeup Harbour House", urn="SC900002", point=(590_000, 165_000), places=4),
        make_home(cast.kent, "Madeup Kent Household", urn="SC900003", kind="foster", point=(582_000, 161_000)),
    )
    make_home(people["never invited provider"].organisation, "Madeup Orchard House", urn="SC900004", area_code="938")
    _framework(maker)
    draft = _draft(maker, cast.olive, "ZZNAMEDRAFT", "ZZREFDRAFT")
    foreign = _draft(maker, cast.oscar, "PPNAME", "PPREF", wish="PPWISH", place="PPPLACE")
    searching = _searched(maker, "ZZNAMESEARCH", "ZZREFSEARCH")
    _offered(maker, searching)
    decided = _chosen(maker, "ZZNAMEDECIDED", "ZZREFDECIDED")[0]
    placed, booking = _placed(maker)
    _block(maker)
    fill_block(cast, now, BLOCK_PENCE)
    make_rules(cast, people, partnership, now)
    _needs(maker)
    _loads(maker)
    _closure(maker)
    close_the_month_before(maker.cast, partnership, _last_month(maker), maker.now)
    _month(maker, partnership)
    dispute_a_line(partnership, _last_month(maker), payer=people["Portsmouth"], host=cast.fiona, now=now)
    make_invoices(cast, now)
    _plan(maker)
    make_notices(cast, now)
    make_frameworks(cast, people, now)
    make_awards(cast, now)
    add_partnership(cast, partnership, now)
    make_evaluated_tender(cast, people, now)
    make_whole_options(cast, now)
    add_tenders(cast, maker.meadow, now)
    make_budgets(cast, now)
    make_elements(cast, people["Portsmouth"], booking, now)
    make_away_terms(cast, booking, now)
    return Whole(
        cast, people, partnership, maker.meadow, maker.harbour, searching, draft, decided, placed, booking, foreign
    )


def _everybody(cast: Cast) -> dict[str, Person]:
    """The owner's people one for each role; of the partner and the outsider one each, who holds every role there is."""
    people = {}
    for role in AUTHORITY_ROLES:
        first = f"{role.replace('_', '').capitalize()}"
        people[f"Kent {role}"] = make_person(f"{first} Madeup", cast.kent, role, limit=100_000_000)
    for name, authority in (("Portsmouth", cast.portsmouth), ("Hampshire", cast.hampshire)):
        people[name] = make_person(f"Every{name} Madeup", authority, *AUTHORITY_ROLES, limit=100_000_000)
    orchard = Organisation.objects.create(kind="provider", name="Madeup Orchard Ltd", owner_ref="RP900003")
    people["Kent in-house provider"] = make_person("Ines Madeup-Fostering", cast.kent, "provider")
    people["chosen provider"] = cast.mona
    people["invited provider"] = cast.harry
    people["never invited provider"] = make_person("Otto Madeup-Manager", orchard, "provider")
    return people


def _draft(maker: _Maker, by: Person, name: str, ref: str, *, wish: str = "ZZWISH", place: str = "ZZPLACE") -> Referral:
    now = maker.now
    with acting(by):
        born_on = dt.date(maker.today.year - 13, 5, 14)
        child = record_child(child=NewChild(ref, name, "M", born_on, "ME14 1XX"), by=by, now=now)
        other = record_child(child=NewChild(f"{ref}2", f"{name}2", "F", born_on), by=by, now=now)
        referral = start_referral(child=child, by=by, now=now)
        add_important_place(referral=referral, place=NewPlace("family", place, "ME14 1XX"), by=by, now=now)
        add_important_place(referral=referral, place=NewPlace("avoid", f"{place}2", "CT1 2EH", 1), by=by, now=now)
        keep_apart(referral=referral, other_ref=other.return_ref, reason=f"{ref}APART", by=by, now=now)
        wishes = [{"text": wish, "kind": "people", "matters": "a lot"}]
        answers = ANSWERS | {"needed_on": maker.today + dt.timedelta(days=5), "wishes": wishes}
        return answer_question(referral=referral, answers=answers, by=by, now=now)


def _searched(maker: _Maker, name: str, ref: str) -> Referral:
    """Permission was asked for and given, homes were ranked, three were invited and one of them declines."""
    cast, now = maker.cast, maker.now
    referral = _draft(maker, cast.olive, name, ref)
    with acting(cast.olive):
        submit_referral(referral=referral, by=cast.olive, now=now)
    with acting(cast.april):
        permission = referral.search_permissions.get()
        decide_permission(permission=permission, granted=True, by=cast.april, now=now, reason="ZZPERMIT")
    with acting(cast.olive):
        referral.refresh_from_db()
        rank_homes_for(referral=referral, by=cast.olive, now=now)
        homes = [maker.meadow, maker.harbour, maker.own]
        ask_homes(referral=referral, homes=homes, reasons={step_of("own"): "ZZSKIPPED"}, by=cast.olive, now=now)
    return referral


def _offered(maker: _Maker, referral: Referral) -> tuple[Offer, Offer]:
    """Meadow asks, is answered and offers; Harbour offers; Kent's own service declines."""
    cast, now = maker.cast, maker.now
    told = {one.home_id: one for one in _invitations(referral)}
    mine = told[maker.meadow.pk]
    with acting(cast.mona):
        question = ask_question(invitation=mine, text="ZZQUESTION?", by=cast.mona, now=now)
    with acting(cast.olive):
        answer_provider(question=question, text="ZZREPLY", by=cast.olive, now=now)
        release_detail(invitation=mine, by=cast.olive, now=now)
    with acting_for(cast.kent.pk):
        ines = Person.objects.get(name="Ines Madeup-Fostering")
    with acting(ines):
        invitation = told[maker.own.pk]
        decline_invitation(invitation=invitation, code="no_staff", words="ZZDECLINE", by=ines, now=now)
    chosen = _offer(maker, mine, cast.mona, MEADOW_PENCE, "ZZMEADOWHOW")
    return chosen, _offer(maker, told[maker.harbour.pk], cast.harry, HARBOUR_PENCE, "ZZHARBOURHOW")


def _invitations(referral: Referral) -> list[Invitation]:
    with acting_for(referral.authority_id):
        return list(Invitation.objects.filter(referral=referral).select_related("home", "authority", "provider"))


def _offer(maker: _Maker, invitation: Invitation, by: Person, pence: int, how: str) -> Offer:
    with acting(by):
        taken = Offer.objects.filter(home=invitation.home, provider=by.organisation).values("place_id")
        place = invitation.home.places.exclude(pk__in=taken).select_related("home").order_by("label")[0]
        terms = OfferTerms(place, maker.today + dt.timedelta(days=0), pence, how, price_reason="ZZPRICEREASON")
        return make_offer(invitation=invitation, terms=terms, by=by, now=maker.now)


def _chosen(maker: _Maker, name: str, ref: str) -> tuple[Referral, Decision]:
    """Olive chooses Meadow's offer."""
    olive, referral = maker.cast.olive, _searched(maker, name, ref)
    offer, other = _offered(maker, referral)
    with acting(olive):
        referral.refresh_from_db()
        facts = choosing(olive, referral.key, offer.key, now=maker.now)
        choice = Choice(
            reasons="ZZREASON", tests={test.name: ("yes", "ZZTEST") for test in MATCHING_TESTS},
            passed_over={home.home_ref: "ZZPASSED" for home in facts.better_offers}, not_invited="ZZNOTINVITED",
            feedback={str(other.key): "ZZFEEDBACK"}, wishes_answered="ZZANSWEREDWISH",
            waiver=("continuity", "ZZWAIVER"),
        )  # fmt: skip
        return referral, select_offer(referral=referral, offer=offer, choice=choice, by=olive, now=maker.now)


def _placed(maker: _Maker) -> tuple[Referral, Booking]:
    """Approved, booked, agreed and signed by both; the child moved in, was visited, and stays longer."""
    cast, now = maker.cast, maker.now
    referral, decision = _chosen(maker, "ZZNAMEPLACED", "ZZREFPLACED")
    with acting(cast.april):
        booking = approve_and_book(decision=decision, by=cast.april, now=now, granted=True, reason="ZZAPPROVED")
    assert booking
    with acting(cast.olive):
        answers = full_answers(needs="ZZNEEDS", expected_end_on=maker.today + dt.timedelta(weeks=40))
        agreement = issue_agreement(booking=booking, by=cast.olive, now=now, answers=answers)
        sign_agreement(agreement=agreement, by=cast.olive, now=now, name="Olive Madeup-Officer")
    with acting(cast.mona):
        sign_agreement(agreement=agreement, by=cast.mona, now=now, name="Mona Madeup-Manager")
    with acting(cast.olive):
        arrival = Arrival(legal_status="C2", need="N1")
        record_arrival(booking=booking, arrived_on=maker.today, by=cast.olive, now=now, arrival=arrival)
        record_clock_event(booking=booking, rule=VISIT, done_on=maker.today, by=cast.olive, now=now, words="ZZNOTE")
        later = maker.today + dt.timedelta(weeks=50)
        extend_placement(booking=booking, expected_ends_on=later, by=cast.olive, now=now)
        booking.refresh_from_db()
        referral.refresh_from_db()
    return referral, booking


def _framework(maker: _Maker) -> Framework:
    """Kent's framework for children's homes: whoever is not admitted to it is bought on a waiver."""
    opened, colin = dt.date(maker.today.year - 1, 4, 1), maker.cast.colin
    with acting(colin):
        return make_framework(
            name="Made-up framework", kind="childrens_home", starts_on=opened, parties=[maker.cast.kent], by=colin,
            now=maker.now,
        )  # fmt: skip


def _block(maker: _Maker) -> None:
    """A block of three that Kent hosts; a child of Portsmouth lived in it last month and has left."""
    cast, now = maker.cast, maker.now
    home = make_home(cast.meadow, "Madeup Block House", urn="SC900005", price_pence=BLOCK_PENCE + 1)
    opened = dt.date(maker.today.year - 1, 4, 1)
    with acting(cast.colin):
        places = tuple(home.places.order_by("label"))
        contract = make_block_contract(
            name="ZZBLOCK", provider=cast.meadow, starts_on=opened, parties={cast.kent: 5, cast.portsmouth: 1},
            by=cast.colin, now=now,
        )  # fmt: skip
        for place in places:
            add_block_place(
                contract=contract, place=place, available_from=opened, nominated=cast.kent, by=cast.colin, now=now
            )
        set_block_price(contract=contract, starts_on=opened, weekly_price_pence=BLOCK_PENCE, by=cast.colin, now=now)
        framework = _framework(maker)
        supplier = admit_supplier(framework=framework, registration=home.registration, tier=1, by=cast.colin, now=now)
        set_rate_line(supplier=supplier, weekly_price_pence=RATE_PENCE, starts_on=opened, by=cast.colin, now=now)
    came, left = _last_month(maker) + dt.timedelta(days=3), _last_month(maker) + dt.timedelta(days=20)
    stay = live_in(places[0], cast.portsmouth, "PPBLOCKREF", came, left, block=contract)
    live_in(places[1], cast.kent, "ZZBLOCKREF", came, block=contract)
    with acting_for(cast.portsmouth.pk):
        Booking.objects.filter(pk=stay.pk).update(end_reason="CARPL", end_words="PPENDED")


def _closure(maker: _Maker) -> None:
    mona = maker.cast.mona
    with acting(mona):
        days = DateRange(maker.today + dt.timedelta(days=1), maker.today + dt.timedelta(days=9))
        place = maker.meadow.places.select_related("home").get(label="Place 4")
        close_place(place=place, days=days, reason="ZZCLOSED", by=mona, now=maker.now)


def _last_month(maker: _Maker) -> dt.date:
    return (maker.today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def _month(maker: _Maker, partnership: Partnership) -> None:
    fiona = maker.cast.fiona
    with acting(fiona):
        work_out_month(partnership=partnership, starts_on=_last_month(maker), by=fiona, now=maker.now)


def _plan(maker: _Maker) -> None:
    """Both partners tell who waits, and Kent plans for all of them."""
    for person in (maker.cast.oscar, maker.cast.olive):
        with acting(person):
            tell_searches(authority_id=person.organisation_id, by=person, now=maker.now)
    with acting(maker.cast.olive):
        make_plan(authority=maker.cast.kent, by=maker.cast.olive, now=maker.now)


def _needs(maker: _Maker) -> None:
    """Kent's need worked out and shared, a scenario beside a forecast, and a requirement from it."""
    anna, now = maker.cast.anna, maker.now
    with acting(anna):
        picture = work_out_picture(authority=anna.organisation, on=LAST, by=anna, now=now)
        share_picture(kept=picture, by=anna, now=now)
        fewer = [{"kind": "entries", "times": 0.9, "from_month": 1}]
        scenario = save_scenario(authority=anna.organisation, name="ZZWHATIF", changes=fewer, by=anna, now=now)
        asked = question(scenarios=(scenario,))
        forecast = work_out_forecast(authority=anna.organisation, question=asked, by=anna, now=now)
        wanted = Wanted("fostering_agency", (6, 12), step=1, wishes=("ZZNEARBY",), wanted=(1, 2))
        save_requirement(forecast=forecast, wanted=wanted, by=anna, now=now)
        work_out_fairness(authority=anna.organisation, since=FIRST, until=LAST, by=anna, now=now)


def _loads(maker: _Maker) -> None:
    """A return of Kent's with a row that is wrong, and a register of Kent's, both waiting to be confirmed."""
    anna = maker.cast.anna
    files = made_up_return(header=("ZZRETURNREF,M,31/02/2013,WBRI,A123456789012,,", "RED-FOX,F,02/11/2010,WBRI,UN1,0,"))
    with acting(anna):
        result = preview_return(files, authority=maker.cast.kent, year=2026, by=anna, now=maker.now)
        assert result.load, result.problems
        found = preview_register({"ZZREGISTER.csv": REGISTER}, organisation=maker.cast.kent, by=anna, now=maker.now)
        assert found.load, found.problems
