from django.db import migrations, models

TOTAL = "offer_total_is_the_sum_of_its_elements"
ELEMENTS = (
    models.F("core_pence")
    + models.F("additional_support_pence")
    + models.F("education_pence")
    + models.F("therapy_pence")
    + models.F("transport_pence")
    + models.F("other_pence")
)


class Migration(migrations.Migration):
    """Offers made before name neither: nought for both, and their totals stay as they are."""

    dependencies = [
        ("referrals", "0005_category_of_need"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="therapy_pence",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="offer",
            name="transport_pence",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RemoveConstraint(model_name="offer", name=TOTAL),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(condition=models.Q(weekly_price_pence=ELEMENTS), name=TOTAL),
        ),
    ]
