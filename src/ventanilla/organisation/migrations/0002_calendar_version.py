"""Versions of calendars come from a sequence, which a rollback does not turn back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE organisation_calendar_version AS integer START 2",
            "DROP SEQUENCE organisation_calendar_version",
        ),
        migrations.AlterField("calendar", "version", models.PositiveIntegerField(editable=False)),
        migrations.AddField("calendar", "holidays_digest", models.CharField(default="", editable=False, max_length=64)),
    ]
