"""The admin: reference data and people only.

What organisations report is read-only here, since the admin would pass by the checks, and it
leaves out what only the organisation and the coordinator may read (`docs/rechten.md`). Dated
rules are added to, never overwritten: a change is a new row with a later "bekend vanaf".
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from housing.intake.problems import SOFTENABLE
from housing.models import (
    CheckPolicy,
    Claim,
    Confirmation,
    CountingRule,
    FormerName,
    HeadingMatch,
    Membership,
    Organisation,
    Part,
    PlannedLine,
    PriceLimit,
    Project,
    ProjectPlan,
    Representation,
    Round,
    Ruling,
    SegmentTable,
    StockChange,
    StockCount,
    Submission,
    SubmissionEvent,
    Tally,
    Upload,
    User,
    YearClosing,
    fold,
)
from housing.tallies import resegment

# Rights are memberships; groups of Django's own would be a second answer to "who may".
admin.site.unregister(Group)


class ReadOnly:
    """Shown and searched, never added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Rows come by the pages and commands of the portal."""
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        """What was said stays readable as it was said."""
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Nothing is deleted."""
        return False


class Kept:
    """May be added and changed, not deleted: others point to it, and the past keeps it."""

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """An end date closes a thing; it does not disappear."""
        return False


# --- parties and people ------------------------------------------------------------------


class FormerNameInline(admin.TabularInline):
    model = FormerName
    extra = 0


class RepresentationInline(admin.TabularInline):
    model = Representation
    fk_name = "tenants"
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(Kept, admin.ModelAdmin):
    list_display = ("name", "kind", "cbs_code", "l_number", "party_from", "party_until")
    list_filter = ("kind",)
    search_fields = ("name", "slug", "cbs_code", "l_number", "former_names__name")
    inlines = (FormerNameInline, RepresentationInline)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


class PersonForm(BaseUserCreationForm):
    """Make an account by e-mail address."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}

    def clean_email(self) -> str:
        """Addresses are kept in lower case, so that one person has one account."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People and what they are in which organisation. An account is closed, not deleted."""

    add_form = PersonForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name", "memberships__organisation__name")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("Rechten", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Laatst gezien", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    filter_horizontal = ()
    inlines = (MembershipInline,)

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Memberships come on the second page, when the account exists."""
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who entered or accepted stays known."""
        return False


# --- rounds and projects -----------------------------------------------------------------


class PartInline(ReadOnly, admin.TabularInline):
    """What a round asks, kept by the app that keeps the part."""

    model = Part
    extra = 0
    fields = ("organisation", "kind", "state")


@admin.register(Round)
class RoundAdmin(Kept, admin.ModelAdmin):
    list_display = ("name", "year", "period_until", "opens_on", "closes_on")
    inlines = (PartInline,)


@admin.register(YearClosing)
class YearClosingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("year", "reason", "known_from")


class ProjectPlanInline(admin.TabularInline):
    """Plans through time: a new number is a new row."""

    model = ProjectPlan
    extra = 0

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        """A plan that was known stays as it was known."""
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """A plan that was known stays as it was known."""
        return False


@admin.register(Project)
class ProjectAdmin(Kept, admin.ModelAdmin):
    list_display = ("name", "municipality", "source")
    list_filter = ("municipality",)
    search_fields = ("name",)
    inlines = (ProjectPlanInline,)

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        """Keep the folded name with the name: files are matched by it."""
        obj.folded = fold(obj.name)
        super().save_model(request, obj, form, change)


# --- dated rules -------------------------------------------------------------------------


class DatedAdmin(Kept, admin.ModelAdmin):
    """Once stored, only `stays_open` may be edited: the rest is a new row."""

    stays_open: ClassVar[tuple[str, ...]] = ("source",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All fields of a stored row but those that stay open."""
        if obj is None:
            return ["recorded_at"]
        fields = (field.name for field in obj._meta.fields if not field.auto_created)
        return [name for name in fields if name not in self.stays_open]


@admin.register(PriceLimit)
class PriceLimitAdmin(DatedAdmin):
    list_display = ("year", "limit", "amount", "known_from", "source")
    list_filter = ("year", "limit")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Homes move to the segment that the new limit gives them, counting from now."""
        super().save_model(request, obj, form, change)
        if not change:
            resegment(timezone.now())


@admin.register(SegmentTable)
class SegmentTableAdmin(DatedAdmin):
    stays_open = ("source", "decided_on", "decision")
    list_display = ("number", "known_from", "decided_on")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Homes move to the segment that the new table gives them, counting from now."""
        super().save_model(request, obj, form, change)
        if not change:
            resegment(timezone.now())


@admin.register(CountingRule)
class CountingRuleAdmin(DatedAdmin):
    stays_open = ("source", "decided_on", "decision")
    list_display = ("number", "known_from", "decided_on", "kinds", "segments")


@admin.register(CheckPolicy)
class CheckPolicyAdmin(DatedAdmin):
    """Let a check only warn at first, and later stop: each change is a new row."""

    stays_open = ("note",)
    list_display = ("code", "is_warning", "known_from", "note")
    list_filter = ("is_warning",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the checks that may be softened; the others make a figure wrong."""
        if db_field.name == "code":
            choices = [(code, code) for code in sorted(SOFTENABLE)]
            return forms.ChoiceField(
                label="Controle",
                choices=choices,
                help_text="De code staat in het antwoord van check_upload bij elke fout.",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# --- what was reported: to look at only ---------------------------------------------------


class ReportedAdmin(ReadOnly, admin.ModelAdmin):
    """Reported things. Concepts are their organisation's alone and are not here."""

    concept_path: ClassVar[str] = "submission__status"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All but concepts."""
        concept = {self.concept_path: Submission.Status.CONCEPT}
        return super().get_queryset(request).exclude(**concept)


class EventInline(ReadOnly, admin.TabularInline):
    model = SubmissionEvent
    extra = 0
    fields = ("known_from", "status", "actor", "comment")


@admin.register(Submission)
class SubmissionAdmin(ReportedAdmin):
    concept_path = "status"
    list_display = ("organisation", "year", "number", "status", "counts", "is_demo")
    list_filter = ("year", "status", "organisation", "is_demo")
    inlines = (EventInline,)


@admin.register(StockChange)
class StockChangeAdmin(ReportedAdmin):
    """Rows without address, BAG id, rent, points, target group, remark and cell."""

    fields = (
        "submission",
        "part",
        "kind",
        "origin",
        "homes",
        "happened",
        "precision",
        "municipality",
        "project",
        "segment",
        "branch",
        "unit_kind",
        "dwelling_type",
        "self_contained",
        "not_yet_let",
    )
    list_display = ("submission", "kind", "homes", "municipality", "segment")
    list_filter = ("kind", "segment", "municipality")
    list_select_related = ("submission__organisation", "municipality")
    show_full_result_count = False


@admin.register(StockCount)
class StockCountAdmin(ReportedAdmin):
    list_display = ("submission", "municipality", "branch", "opening", "closing")


@admin.register(Confirmation)
class ConfirmationAdmin(ReportedAdmin):
    list_display = ("submission", "municipality", "disputes", "known_from")
    list_filter = ("disputes",)


@admin.register(Tally)
class TallyAdmin(ReportedAdmin):
    list_display = ("submission", "kind", "segment", "homes", "counts_from", "counts_until")
    list_filter = ("standing", "kind", "segment")
    list_select_related = ("submission__organisation",)
    show_full_result_count = False


@admin.register(Claim)
class ClaimAdmin(ReportedAdmin):
    """Claims without the home itself: that is for the parties concerned."""

    fields = ("organisation", "year", "kind", "accepted", "since", "until")
    list_display = ("organisation", "year", "kind", "since", "until")
    list_filter = ("year", "organisation")
    show_full_result_count = False


@admin.register(HeadingMatch)
class HeadingMatchAdmin(ReadOnly, admin.ModelAdmin):
    """Headings that organisations matched; they forget them on their own page."""

    list_display = ("organisation", "format", "heading", "field", "at")
    list_filter = ("organisation", "format")


@admin.register(PlannedLine)
class PlannedLineAdmin(ReadOnly, admin.ModelAdmin):
    """That something was moved on; what it is, the organisation reads on its own page."""

    fields = ("organisation", "year", "at", "dropped_at")
    list_display = ("organisation", "year", "at", "dropped_at")
    list_filter = ("organisation", "year")


@admin.register(Ruling)
class RulingAdmin(ReadOnly, admin.ModelAdmin):
    fields = ("reason", "actor", "known_from")
    list_display = ("known_from", "actor", "reason")


@admin.register(Upload)
class UploadAdmin(ReadOnly, admin.ModelAdmin):
    """That a file was sent and what became of it; the file itself is not to be had here."""

    fields = ("reference", "organisation", "year", "by", "at", "name", "size", "format", "status")
    list_display = ("reference", "organisation", "year", "at", "format", "status")
    list_filter = ("status", "organisation", "year")
