"""The admin of what was promised. A target is not changed: a later version is added."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agreements.models import Agreement, AgreementSet, Target, TargetYear, Theme, Vision


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
