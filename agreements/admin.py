"""The admin of what was promised. A target is not changed: a later version is added."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agreements.models import (
    Agreement,
    AgreementSet,
    Evidence,
    FormerText,
    Remark,
    Statement,
    Target,
    TargetYear,
    Theme,
    Vision,
)
from agreements.owed import set_parts
from housing.admin import ReadOnly
from housing.models import Round


@admin.register(Vision)
class VisionAdmin(admin.ModelAdmin):
    list_display = ("name", "homes", "homes_from", "homes_until")


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ("name", "position", "vision")


@admin.register(AgreementSet)
class AgreementSetAdmin(admin.ModelAdmin):
    list_display = ("name", "first_year", "last_year", "signed_on")
    filter_horizontal = ("parties",)


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    list_display = ("number", "title", "kind", "theme", "set")
    list_filter = ("set", "kind", "theme")
    filter_horizontal = ("responsible",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The wording is changed on the agreement's own page, which keeps how it was."""
        return () if obj is None else ("title", "text", "meaning")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Who is responsible may have changed: let every round ask the right parties."""
        super().save_related(request, form, formsets, change)
        for round_ in Round.objects.all():
            set_parts(round_)


class TargetYearInline(admin.TabularInline):
    """The pace of a version, entered with it and then fixed."""

    model = TargetYear
    extra = 5

    def has_add_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        """Only with the version itself."""
        return obj is None

    def has_change_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        """Only with the version itself."""
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        """A version stays as it was decided."""
        return False


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin):
    list_display = ("agreement", "scope", "total", "decided_on", "known_from")
    list_filter = ("agreement",)
    inlines = (TargetYearInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Of a stored version only the reason and the source stay open."""
        if obj is None:
            return ["recorded_at"]
        names = (field.name for field in Target._meta.fields if not field.auto_created)
        return [name for name in names if name not in ("reason", "source")]

    def has_delete_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        """A version stays readable."""
        return False


@admin.register(Statement)
class StatementAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("agreement", "organisation", "round", "number", "status", "light", "is_demo")
    list_filter = ("round", "status", "light", "organisation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """What was handed in; a concept is the party's own."""
        return Statement.objects.submitted()


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "agreement", "organisation", "at", "sha256")
    exclude = ("file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        """Without what hangs on a concept."""
        return (
            super()
            .get_queryset(request)
            .exclude(statement__submitted_at=None, statement__isnull=False)
        )


@admin.register(Remark)
class RemarkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("statement", "text", "at")


@admin.register(FormerText)
class FormerTextAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("agreement", "title", "until", "reason")
