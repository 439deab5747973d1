"""The table of the Opleveringen."""

from typing import Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from housing.codes import Kind, Origin, Segment, UnitKind
from housing.models import StockChange, date_text
from monitoring.completion_totals import Totals
from monitoring.completions import Setback, Setting, setbacks
from monitoring.row_marks import corrections, standings
from monitoring.verdicts import marks, why_not
from monitoring.words import listed, number

PER_PAGE = 50
ORDERS = {
    "project": ("project__folded",),
    "when": ("submission__year", "happened"),
    "corporation": ("submission__organisation__name",),
    "homes": ("homes",),
}
_NO_SETBACK = Setback()


def _attrs(label: str, name: str = "") -> dict[str, dict[str, str]]:
    shared = {"class": name} if name else {}
    return {"td": {"data-label": label, **shared}, "th": dict(shared), "tf": dict(shared)}


class Counted(Paginator):  # type: ignore[type-arg]
    """Pages of rows that were counted already."""

    def __init__(self, rows: Any, per_page: int, *, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


class CompletionTable(tables.Table):
    """Rows that somebody may read, each with whether it counts and how it stands."""

    project = tables.Column("Project", empty_values=(), footer="Samen", attrs=_attrs("Project"))
    when = tables.Column("Opgeleverd", empty_values=(), attrs=_attrs("Opgeleverd"))
    corporation = tables.Column("Corporatie", empty_values=(), attrs=_attrs("Corporatie"))
    segment = tables.Column("Segment", orderable=False, attrs=_attrs("Segment"))
    kind = tables.Column("Mutatie", orderable=False, attrs=_attrs("Mutatie"))
    homes = tables.Column("Woningen", attrs=_attrs("Woningen", "num"))
    counts = tables.Column("Telt mee", empty_values=(), orderable=False, attrs=_attrs("Telt mee"))
    standing = tables.Column("Stand", empty_values=(), orderable=False, attrs=_attrs("Stand"))

    class Meta:
        template_name = "monitoring/completions_table.html"
        order_by_field = "volgorde"
        page_field = "bladzijde"
        attrs = {"class": "cards"}  # noqa: RUF012
        empty_text = "Geen rijen gevonden. Kies minder filters."

    def __init__(
        self,
        rows: QuerySet[StockChange],
        *,
        setting: Setting,
        totals: Totals,
        order: str,
        page: str,
    ) -> None:
        super().__init__(rows, order_by=order if order.removeprefix("-") in ORDERS else "-when")
        self.setting = setting
        self.totals = totals
        self._state = get_template("components/state.html")
        pages = -(-totals.rows // PER_PAGE) or 1
        wanted = int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
        self.paginate(
            Counted, per_page=PER_PAGE, page=min(max(wanted, 1), pages), count=totals.rows
        )
        shown = [row.record.pk for row in self.page.object_list]
        self.setbacks = setbacks(shown)
        self.corrections = corrections(shown, setting)

    def order_project(self, rows: QuerySet[StockChange], down: bool) -> tuple[Any, bool]:
        return ordered(rows, "project", down=down), True

    def order_when(self, rows: QuerySet[StockChange], down: bool) -> tuple[Any, bool]:
        return ordered(rows, "when", down=down), True

    def order_corporation(self, rows: QuerySet[StockChange], down: bool) -> tuple[Any, bool]:
        return ordered(rows, "corporation", down=down), True

    def order_homes(self, rows: QuerySet[StockChange], down: bool) -> tuple[Any, bool]:
        return ordered(rows, "homes", down=down), True

    def render_project(self, record: StockChange) -> SafeString:
        place = self.setting.name(record.municipality_id) or "plaats nog niet bekend"
        return format_html(
            '<a href="{}">{}</a><br><span class="small soft">{}</span>',
            reverse("monitoring:row", args=[record.pk]),
            self._name(record),
            place,
        )

    def _name(self, record: StockChange) -> str:
        if record.project is not None:
            return record.project.name
        opened = self.setting.rights.address(
            record.submission.organisation_id, record.municipality_id, record.pk
        )
        return (record.address_text if opened else "") or "Zonder projectnaam"

    def render_when(self, record: StockChange) -> str:
        return date_text(record.happened, record.precision, record.submission.year)

    def render_corporation(self, record: StockChange) -> str:
        return self.setting.name(record.submission.organisation_id)

    def render_segment(self, record: StockChange) -> str:
        return Segment(record.segment).label

    def render_kind(self, record: StockChange) -> str:
        return kind_text(record)

    def render_homes(self, record: StockChange) -> str | SafeString:
        count = number(record.signed)
        if record.unit_kind == UnitKind.DWELLING:
            return count
        label = UnitKind(record.unit_kind).label
        return format_html('{}<br><span class="small soft">{}</span>', count, label)

    def render_counts(self, record: StockChange) -> str | SafeString:
        setback = self.setbacks.get(record.pk, _NO_SETBACK)
        word, why = verdict(record, setback, self.setting)
        if not why:
            return word
        return format_html('{}<br><span class="small soft">{}</span>', word, why)

    def render_standing(self, record: StockChange) -> SafeString:
        states = standings(
            self.setting,
            submission=record.submission_id,
            status=record.submission.status,
            municipality=record.municipality_id,
            project=record.project_id,
            correction=self.corrections.get(record.pk, ""),
        )
        return format_html_join(
            mark_safe("<br>"), "{}", ((self._drawn(code, text),) for code, text in states)
        )

    def _drawn(self, code: str, text: str) -> SafeString:
        if not code:
            return format_html('<span class="small soft">{}</span>', text)
        return mark_safe(self._state.render({"code": code, "text": text}))  # noqa: S308

    @property
    def first(self) -> int:
        """The number of the first row on this page."""
        return int(self.page.start_index())

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return int(self.page.end_index())


def ordered(rows: QuerySet[StockChange], name: str, *, down: bool) -> QuerySet[StockChange]:
    """Rows in one of ORDERS. Each ends in the key, so that no row is on two pages."""
    fields = [
        F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True)
        for field in ORDERS[name]
    ]
    return rows.order_by(*fields, "pk")


def kind_text(row: StockChange) -> str:
    """The kind with how it came about: "nieuwbouw, vervanging"."""
    label = Kind(row.kind).label
    if row.origin and row.origin != Origin.UNKNOWN:
        return f"{label}, {Origin(row.origin).label}"
    return label


def verdict(row: StockChange, setback: Setback, setting: Setting) -> tuple[str, str]:
    """Whether a row counts ("ja", "nee", "9 van 10") and what there is to say about it."""
    facts = setting.facts(row)
    if why := why_not(facts, setting.rule):
        return "nee", why
    if setback.until_accepted:
        return "nee", f"telt in {setback.until_accepted} tot deze opgave is vastgesteld"
    if not setback.lost:
        return "ja", ", ".join(marks(facts))
    lost = min(row.homes, setback.lost)
    word = "nee" if lost == row.homes else f"{row.homes - lost} van {row.homes}"
    return word, lost_text(row.submission.organisation_id, setback, setting)


def lost_text(organisation: int, setback: Setback, setting: Setting) -> str:
    """With whom homes of `organisation` count instead, named to whom it concerns."""
    where = "een andere opgave"
    if all(setting.names_winner(organisation, winner) for winner in setback.winners):
        where = listed(sorted({setting.name(winner) for winner in setback.winners}))
    return f"dubbel gemeld, telt bij {where}"
