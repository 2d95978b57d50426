"""Writing a bid: one for each registered establishment and lot, sealed from the first word, changed until the deadline."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import moment
from nearhome.market.models import Registration
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.models import AwardCriterion, Bid, BidAnswers, BidPrices, Lot
from nearhome.tendering.permissions.bidding import require_can_bid
from nearhome.tendering.queries.bidding import (
    REGISTERED_AS,
    answers_in,
    envelopes_of,
    expired_insurances,
    is_open_in_the_database,
    places_problem,
    profile_of,
    takes_bids,
    version_of,
)
from nearhome.tendering.queries.prices import Given

LETTERS_A_WORD = 25  # a text without a single space is no answer


@transaction.atomic
def start_bid(*, lot: Lot, registration: Registration, by: Any, now: datetime) -> Bid:
    """Begin a bid of an establishment for a lot; one that was begun already is given back."""
    provider = require_can_bid(by)
    tender = lot.procurement
    if not (takes_bids(tender, now) and is_open_in_the_database(tender)):
        raise ValidationError(too_late(tender.deadline_at, "No bid can be begun"))
    if registration.provider_id != provider.pk:
        raise ValidationError("Choose an establishment that is registered to your organisation.")
    if registration.kind != REGISTERED_AS.get(lot.kind_bought, lot.kind_bought) or registration.closed_on is not None:
        raise ValidationError(f"{registration} is not registered for what this lot buys.")
    bid, made = Bid.objects.get_or_create(
        lot=lot, registration=registration, withdrawn_at=None,
        defaults={"procurement": tender, "provider": provider, "started_at": now},
    )  # fmt: skip
    if made:
        record("bid.begun", f"A bid for lot {lot.number} was begun.", about=bid, by=by, at=now, thread=bid.key)
    return bid


@transaction.atomic
def confirm_details(*, bid: Bid, by: Any, now: datetime) -> None:
    """Copy the organisation's profile, as it stands now, into the bid: what it says of itself for this tender."""
    locked = lock_draft(bid, by=by, now=now)
    profile = profile_of(by)
    if profile is None:
        raise ValidationError("Save your organisation’s profile first.")
    if expired_insurances(profile.answers, london_date(now)):
        raise ValidationError("An insurance in the profile has ended: enter the new one first.")
    if locked.profile and {**locked.profile, "confirmed_at": "", "confirmed_by": ""} == {
        **profile.answers, "confirmed_at": "", "confirmed_by": "",
    }:  # fmt: skip
        return
    locked.profile = {**profile.answers, "confirmed_at": now.isoformat(), "confirmed_by": str(by)}
    locked.save(update_fields=["profile"])
    _note(locked, "bid.details", "The organisation’s details were confirmed for a bid.", by=by, now=now)


@transaction.atomic
def offer_places(*, bid: Bid, places: int, by: Any, now: datetime) -> None:
    """Say how many places the establishment offers."""
    locked = lock_draft(bid, by=by, now=now)
    wrong = places_problem(locked, places)
    if wrong:
        raise ValidationError(f"{wrong}.")
    _keep_answers(locked, places, answers_in(locked)[1])
    _note(locked, "bid.places", "The places offered in a bid were saved.", by=by, now=now)


@transaction.atomic
def save_answer(*, bid: Bid, question: AwardCriterion, text: str, seen: str, by: Any, now: datetime) -> None:
    """Keep the answer to one question, finished or not. Too many words are kept too: submitting checks them.

    `seen` is ``version_of`` the answer that the person saw. Raises ChangedMeanwhile if it was changed elsewhere since.
    """
    locked = lock_draft(bid, by=by, now=now)
    if question.procurement_id != locked.procurement_id or question.kind not in ("question", "pass"):
        raise ValidationError("This question is not one of the tender.")
    if len(text) > question.most_words * LETTERS_A_WORD:
        raise ValidationError(f"The answer is far longer than {question.most_words} words: shorten it.")
    places, answers = answers_in(locked)
    before = answers.get(str(question.pk), "")
    if before == text:
        return
    if version_of(before) != seen:
        raise ChangedMeanwhile("The answer")
    _keep_answers(locked, places, {**answers, str(question.pk): text})
    _note(locked, "bid.answered", "An answer of a bid was saved.", by=by, now=now)


@transaction.atomic
def save_prices(*, bid: Bid, prices: Mapping[str, Given], seen: str, by: Any, now: datetime) -> None:
    """Keep the prices of a bid in their own envelope. A band left empty stays empty, never nought.

    Raises ChangedMeanwhile if they were changed in another window since `seen`.
    """
    locked = lock_draft(bid, by=by, now=now)
    bands = {str(pk) for pk in locked.lot.bands.values_list("pk", flat=True)}
    kept = {band: one for band, one in prices.items() if band in bands and one.pence is not None}
    if any(one.pence is not None and one.pence <= 0 for one in kept.values()):
        raise ValidationError("A price must be more than £0.00 a week.")
    before = prices_kept(envelopes_of(locked).prices)
    after = prices_kept(kept)
    if before == after:
        return
    if version_of(before) != seen:
        raise ChangedMeanwhile("The price page")
    BidPrices.objects.update_or_create(bid=locked, defaults={"prices": json.dumps(after)})
    _note(locked, "bid.priced", "The prices of a bid were saved.", by=by, now=now)


def prices_kept(prices: Mapping[str, Given]) -> dict[str, Any]:
    """Prices as the envelope holds them."""
    return {
        "bands": {band: one.pence for band, one in prices.items()},
        "open_book": {band: dict(one.open_book) for band, one in prices.items() if one.open_book},
    }


def lock_draft(bid: Bid, *, by: Any, now: datetime) -> Bid:
    """The bid as it is now, locked, while it can be changed.

    Raises ValidationError from the deadline on, by the site's clock or the database's, and for one that is submitted.
    """
    locked = lock_open_bid(bid, by=by, now=now)
    if locked.submitted_at is not None:
        raise ValidationError("This bid is submitted. Take it back first to change it.")
    return locked


def lock_open_bid(bid: Bid, *, by: Any, now: datetime) -> Bid:
    """The bid as it is now, locked, before the deadline."""
    provider = require_can_bid(by)
    if not takes_bids(bid.procurement, now):
        raise ValidationError(too_late(bid.procurement.deadline_at, "Nothing of a bid changes any more"))
    rows = Bid.objects.select_for_update(of=("self",)).select_related("procurement", "lot", "registration")
    locked = rows.filter(pk=bid.pk, provider=provider).first()
    if locked is None:  # row security: by the database's clock the deadline has passed
        raise ValidationError(too_late(bid.procurement.deadline_at, "Nothing of a bid changes any more"))
    if locked.withdrawn_at is not None:
        raise ValidationError("This bid was withdrawn. Begin another from the tender’s page.")
    return locked


def too_late(deadline_at: datetime | None, what: str) -> str:
    """What somebody who comes too late reads."""
    return f"{what}: the deadline was {moment(deadline_at)}." if deadline_at else f"{what}: the tender is not open."


def _keep_answers(locked: Bid, places: int | None, answers: Mapping[str, str]) -> None:
    said = json.dumps({"places": places, "answers": dict(answers)})
    BidAnswers.objects.update_or_create(bid=locked, defaults={"answers": said})


def _note(locked: Bid, name: str, words: str, *, by: Any, now: datetime) -> None:
    record(name, words, about=locked, by=by, at=now, thread=locked.key)
