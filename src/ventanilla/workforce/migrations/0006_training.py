"""Courses, who took them, how a certificate came, and exceptions to it."""

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0005_other_bodies"),
        ("workforce", "0005_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="revoked_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="revocado"),
        ),
        migrations.AddField(
            model_name="certificate",
            name="source",
            field=models.CharField(
                choices=[("course", "curso de la casa"), ("outside", "capacitación externa")],
                db_default="outside",
                default="outside",
                max_length=10,
                verbose_name="de dónde viene",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="told_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="identificador")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="versión")),
                ("channel", models.CharField(max_length=30, verbose_name="canal")),
                ("title", models.CharField(max_length=200, verbose_name="título")),
                ("summary", models.TextField(verbose_name="resumen")),
                ("content", models.JSONField(verbose_name="contenido")),
                (
                    "pass_percent",
                    models.PositiveSmallIntegerField(
                        default=75,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="porcentaje para aprobar",
                    ),
                ),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(
                        default=12,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="meses que vale",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="vigente")),
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
                "verbose_name": "curso",
                "verbose_name_plural": "cursos",
                "ordering": ["channel", "title"],
                "abstract": False,
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CourseRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lessons_read", models.PositiveSmallIntegerField(default=0, verbose_name="lecciones leídas")),
                ("answers", models.JSONField(default=dict, verbose_name="respuestas")),
                ("score_percent", models.PositiveSmallIntegerField(null=True, verbose_name="resultado")),
                ("is_passed", models.BooleanField(null=True, verbose_name="aprobado")),
                ("started_at", models.DateTimeField(verbose_name="empezado")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="terminado")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="course_runs",
                        to="workforce.agent",
                        verbose_name="persona",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="workforce.course",
                        verbose_name="curso",
                    ),
                ),
            ],
            options={
                "verbose_name": "curso hecho",
                "verbose_name_plural": "cursos hechos",
                "ordering": ["-started_at"],
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="run",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificate",
                to="workforce.courserun",
            ),
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=30, verbose_name="canal")),
                ("reason", models.CharField(max_length=300, verbose_name="motivo")),
                ("from_at", models.DateTimeField(verbose_name="desde")),
                ("until_at", models.DateTimeField(verbose_name="hasta")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="terminada")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exemptions",
                        to="workforce.agent",
                        verbose_name="persona",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién la dio",
                    ),
                ),
            ],
            options={
                "verbose_name": "excepción de capacitación",
                "verbose_name_plural": "excepciones de capacitación",
                "ordering": ["-from_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("public_body", "slug", "version"), name="course_version_once"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)), fields=("public_body", "slug"), name="course_one_active"
            ),
        ),
        migrations.AddConstraint(
            model_name="courserun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at", None)), fields=("agent", "course"), name="course_one_open_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="exemption",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gt", models.F("from_at"))), name="exemption_runs_forward"
            ),
        ),
    ]
