from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0003_each_side_signs_for_itself"),
    ]

    operations = [
        migrations.AddField(
            model_name="bookingprice",
            name="therapy_pence",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="bookingprice",
            name="transport_pence",
            field=models.BigIntegerField(default=0),
        ),
    ]
