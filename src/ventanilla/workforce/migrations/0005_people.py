"""What an agent speaks and knows, her presence in full, what a provider may see, and confidentiality."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import ventanilla.workforce.models.people


def follow_presence(apps: Any, schema_editor: Any) -> None:
    """What an agent said of herself as "ausente" is "fuera" now; whoever was here when she last spoke was seen then."""
    agents = apps.get_model("workforce", "Agent").objects
    agents.filter(presence="away").update(presence="gone")
    agents.exclude(presence="gone").update(seen_at=models.F("presence_changed_at"))


def forget_presence(apps: Any, schema_editor: Any) -> None:
    apps.get_model("workforce", "Agent").objects.filter(presence="gone").update(presence="away")


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_body_in_words"),
        ("organisation", "0004_body_in_words"),
        ("workforce", "0004_body_in_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=3),
                db_default=["es"],
                default=ventanilla.workforce.models.people.only_spanish,
                size=None,
                verbose_name="lenguas",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="pause_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rest", "descanso"),
                    ("short_rest", "descanso complementario de 10 minutos"),
                    ("training", "capacitación"),
                    ("meeting", "reunión"),
                    ("following_up", "seguimiento de solicitudes"),
                    ("other", "otro motivo"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="motivo de la pausa",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agent",
            name="services",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="catalogue.service", verbose_name="servicios que conoce"
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="ended_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="provider",
            name="sight",
            field=models.CharField(
                choices=[
                    ("teams", "las solicitudes de sus equipos"),
                    ("own", "solo las que atiende cada ejecutivo o ejecutiva"),
                ],
                db_default="teams",
                default="teams",
                max_length=10,
                verbose_name="qué ve su gente",
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="told_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="agent",
            name="presence",
            field=models.CharField(
                choices=[("available", "disponible"), ("paused", "en pausa"), ("away", "ausente"), ("gone", "fuera")],
                default="gone",
                max_length=10,
                verbose_name="presencia",
            ),
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="versión")),
                ("text", models.TextField(verbose_name="texto")),
                (
                    "demanded_of",
                    models.CharField(
                        choices=[
                            ("providers", "quienes atienden por un proveedor"),
                            ("everybody", "todas las personas que atienden"),
                            ("nobody", "nadie"),
                        ],
                        default="providers",
                        max_length=10,
                        verbose_name="quiénes la firman",
                    ),
                ),
                ("is_current", models.BooleanField(default=True, verbose_name="vigente")),
                ("written_at", models.DateTimeField(verbose_name="escrita")),
                (
                    "public_body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.publicbody",
                        verbose_name="organismo",
                    ),
                ),
            ],
            options={
                "verbose_name": "declaración de confidencialidad",
                "verbose_name_plural": "declaraciones de confidencialidad",
                "ordering": ["-version"],
                "abstract": False,
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_at", models.DateTimeField(verbose_name="firmada")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="workforce.agent",
                        verbose_name="persona",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="workforce.statement",
                        verbose_name="declaración",
                    ),
                ),
            ],
            options={
                "verbose_name": "firma",
                "verbose_name_plural": "firmas",
                "ordering": ["-signed_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("public_body", "version"), name="statement_version_once"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("public_body",), name="statement_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("statement", "agent"), name="signature_once"),
        ),
        migrations.RunPython(follow_presence, forget_presence),
    ]
