"""Promises in days, the week of Turismo, clocks that begin again, and the channel that facts name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        migrations.AlterField(
            "policy",
            "basis",
            models.CharField(
                choices=[
                    ("calendar_hours", "horas corridas"),
                    ("next_business_day", "días hábiles, a la misma hora"),
                    ("business_day_hours", "horas de días hábiles, las 24 de cada día"),
                    ("office_hours", "horas de atención"),
                    ("business_days", "días hábiles, desde el día siguiente"),
                    ("calendar_days", "días corridos, desde el día siguiente"),
                ],
                max_length=25,
                verbose_name="cómo se cuenta",
            ),
        ),
        migrations.AddField(
            "policy",
            "stops_in_turismo",
            models.BooleanField(default=False, verbose_name="no corre en la Semana de Turismo"),
        ),
        migrations.AddField("clock", "is_restart", models.BooleanField(default=False)),
        migrations.AddField(
            "clock", "channel", models.CharField(blank=True, default="", max_length=30), preserve_default=False
        ),
        migrations.RemoveConstraint("clock", "clock_once"),
        migrations.AddConstraint(
            "clock",
            models.UniqueConstraint(
                condition=models.Q(("state__in", ["running", "paused"])),
                fields=("case", "policy"),
                name="clock_open_once",
            ),
        ),
    ]
