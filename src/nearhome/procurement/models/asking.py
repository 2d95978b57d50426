"""What homes ask where no agreement says otherwise."""

from django.db import models
from django.db.models import Q

from nearhome.market.models import Home
from nearhome.people.models import Organisation


class HomePrice(models.Model):
    """What a home asks by the week when no agreement says otherwise; a new price is a new row."""

    home = models.ForeignKey(Home, models.CASCADE, related_name="prices")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weekly_price_pence = models.BigIntegerField()
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "starts_on"], name="one_asking_price_on_a_day"),
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="asking_price_is_a_price"),
        ]
