"""Two people at one form: the second is told, sees both values and chooses (NUMBERS 1).

A page carries in the hidden field `was` what it showed, a short word for each field. When what is
stored has changed since, a field she left alone keeps the other's value, and one that both changed
is told with both values; what she typed stays in the form. No column is needed: the token is made
of the stored values themselves. `alone` lets those who keep one row wait for each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.db import models, transaction
from django.http import HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from housing.access import SignedInRequest
from housing.wording import listed

WAS = "was"
SOMEBODY_FIRST = (
    "Iemand anders veranderde dit ook, terwijl u bezig was. Er is nog niets bewaard. Hieronder "
    "staat wat er nu is naast wat u typte. Bewaart u nog eens, dan geldt wat u typte."
)
REMOVE_ANYWAY = (
    "Iemand anders veranderde dit intussen. Er is niets weggehaald. Wilt u het nog steeds "
    "weghalen? Kies dan nog eens."
)
EMPTY = "leeg"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field to which two people gave another value, as people read them."""

    label: str
    theirs: str
    mine: str


class Meanwhile(forms.BaseForm):
    """A form whose initial values are what is stored now. A form that carries no token (of a page
    that is not ours) is taken as it is."""

    clashes: tuple[Clash, ...] = ()
    taken_over: tuple[str, ...] = ()
    has_moved = False
    """Whether anything stored is not what the page showed."""

    @property
    def was(self) -> SafeString:
        """The hidden field with what this page shows of what is stored."""
        name = self.add_prefix(WAS)
        return format_html('<input type="hidden" name="{}" value="{}">', name, self.token())

    @property
    def told(self) -> str:
        """What to say after keeping, of fields in which somebody else's value stayed."""
        if not self.taken_over:
            return ""
        return f"Iemand anders veranderde intussen ook: {listed(self.taken_over)}. Dat is gebleven."

    def full_clean(self) -> None:
        if self.is_bound and not self.has_moved:
            self._meet()
        super().full_clean()
        if self.clashes:
            self.add_error(None, SOMEBODY_FIRST)

    def _meet(self) -> None:
        """Lay what was typed beside what the page showed and what is stored now."""
        seen = dict(part.split(":", 1) for part in self._carried().split(",") if ":" in part)
        if not seen:
            return
        data, clashes, taken = cast("QueryDict", self.data).copy(), [], []
        for name, field in self.fields.items():
            theirs = self.get_initial_for_field(field, name)
            if name not in seen or field.widget.is_hidden or short(theirs) == seen[name]:
                continue
            self.has_moved = True
            raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            mine = cleaned(field, raw)
            if short(mine) == short(theirs):
                continue
            if short(mine) == seen[name]:
                _put(data, self.add_prefix(name), field, theirs)
                taken.append(label_of(field, name))
                continue
            clashes.append(
                Clash(label_of(field, name), in_words(field, theirs), in_words(field, mine))
            )
        # What she sees now is what a second try answers to.
        data[self.add_prefix(WAS)] = self.token()
        self.data, self.clashes, self.taken_over = data, tuple(clashes), tuple(taken)

    def _carried(self) -> str:
        """What the page that was sent said it showed; "" of a page without a token."""
        return str(self.data.get(self.add_prefix(WAS), ""))

    def token(self) -> str:
        """What the page shows of what is stored: a short word for each field."""
        return ",".join(
            f"{name}:{short(self.get_initial_for_field(field, name))}"
            for name, field in self.fields.items()
        )


def clashes_of(form: forms.BaseForm, leave_out: Iterable[str] = ()) -> tuple[Clash, ...]:
    """Every field in which what was typed is not what is stored: for a whole that is kept as one
    version, where no field stands by itself."""
    found, without = [], set(leave_out)
    for name, field in form.fields.items():
        if name in without:
            continue
        theirs = form.get_initial_for_field(field, name)
        raw = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        mine = cleaned(field, raw)
        if not field.widget.is_hidden and short(mine) != short(theirs):
            label = label_of(field, name)
            found.append(Clash(label, in_words(field, theirs), in_words(field, mine)))
    return tuple(found)


def alone(
    model: type[models.Model], **lookup: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view that posts to one row wait for others who do: what its form compares with stays
    as it is until it is stored. `lookup` names a field of the row and the view's argument."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def waits(request: SignedInRequest, *args: Any, **found: Any) -> HttpResponse:
            if request.method != "POST":
                return view(request, *args, **found)
            wanted = {field: found[name] for field, name in lookup.items()}
            with transaction.atomic():
                rows = model._default_manager.select_for_update(no_key=True, of=("self",))
                list(rows.filter(**wanted).order_by("pk").only("pk"))
                return view(request, *args, **found)

        return waits

    return decorate


def row_token(row: models.Model) -> str:
    """What a row says, for a page that asks whether it may go."""
    values = [plain(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    return sha256("\x1f".join(values).encode()).hexdigest()[:16]


def short(value: Any) -> str:
    """A few letters for a value: equal only for values that people read as the same."""
    return sha256(plain(value).encode()).hexdigest()[:10]


def plain(value: Any) -> str:
    """A value as text, the same whether it was stored or typed."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, str):
        return str(value).replace("\r\n", "\n").strip()
    if isinstance(value, Iterable):
        return ",".join(sorted(plain(each) for each in value))
    return str(value)


def cleaned(field: forms.Field, raw: Any) -> Any:
    """What was typed, read; as it was typed where it cannot be read (its own error says so)."""
    try:
        return field.clean(raw)
    except forms.ValidationError:
        return raw


def label_of(field: forms.Field, name: str) -> str:
    return str(field.label or name).removesuffix(" (mag leeg)")


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a field as people read it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(field, forms.ModelMultipleChoiceField):
        wanted = [each.pk if isinstance(each, models.Model) else each for each in value or ()]
        assert field.queryset is not None
        chosen = field.queryset.filter(pk__in=wanted)
        return listed([field.label_from_instance(each) for each in chosen]) or EMPTY
    if isinstance(field, forms.ModelChoiceField):
        key = value.pk if isinstance(value, models.Model) else value
        assert field.queryset is not None
        one = field.queryset.filter(pk=key).first() if plain(key).isdecimal() else None
        return field.label_from_instance(one) if one is not None else EMPTY
    if isinstance(field, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}  # type: ignore[union-attr, misc]
        return labels.get(plain(value), plain(value)) if plain(value) else EMPTY
    return str(field.prepare_value(value)).strip() if plain(value) else EMPTY


def _put(data: Any, name: str, field: forms.Field, value: Any) -> None:
    """Write a stored value in what was posted, as its widget would have posted it."""
    prepared = field.prepare_value(value)
    if isinstance(field.widget, forms.CheckboxInput):
        data.pop(name, None)
        if prepared:
            data[name] = "on"
    elif isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        data.setlist(name, [str(each) for each in prepared or ()])
    else:
        data[name] = "" if prepared is None else str(prepared)
