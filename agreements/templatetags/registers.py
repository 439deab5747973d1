"""Amounts on the registers' pages."""

from django import template
from django.utils.html import format_html

from agreements.registers import sums

register = template.Library()


@register.filter
def euros(amount: int | None) -> str:
    """€ 1.197.150 on one line; n.n.o. with its meaning for None."""
    if amount is None:
        return format_html('<abbr title="nog niet opgegeven">{}</abbr>', sums.UNKNOWN)
    return sums.euros(amount)
