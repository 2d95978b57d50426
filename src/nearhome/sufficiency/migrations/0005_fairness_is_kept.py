from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sufficiency", "0004_who_sees_places_wanted")]
    operations = [
        migrations.AlterField(
            model_name="keptanalysis",
            name="kind",
            field=models.CharField(
                choices=[
                    ("picture", "Need"),
                    ("forecast", "Forecast"),
                    ("benchmark", "Prices compared"),
                    ("fairness", "Fairness"),
                ],
                max_length=10,
            ),
        ),
    ]
