"""Days for the running round of the demonstration: invented, so that there is something to meet."""

from datetime import date

from housing.models import Organisation, Round, RoundTerm

YEAR = 2026
DAYS = {
    "opens_on": date(2026, 1, 5),
    "closes_on": date(2027, 3, 1),
    "corrections_until": date(2027, 4, 1),
}
# Corporations first, so that municipalities can confirm what they say.
CORPORATIONS_UNTIL = date(2027, 2, 1)
NO_DAYS = dict.fromkeys(DAYS)


def load() -> None:
    """Give the running round its days, unless somebody fixed some already."""
    for round_ in Round.objects.filter(year=YEAR, **NO_DAYS):
        Round.objects.filter(pk=round_.pk).update(**DAYS)
        RoundTerm.objects.get_or_create(
            round=round_,
            party_kind=Organisation.Kind.CORPORATION,
            defaults={"closes_on": CORPORATIONS_UNTIL},
        )


def clear() -> None:
    """Take those days away again; days that a person changed stay hers."""
    for round_ in Round.objects.filter(year=YEAR, **DAYS):
        Round.objects.filter(pk=round_.pk).update(**NO_DAYS)
        round_.terms.filter(
            party_kind=Organisation.Kind.CORPORATION, closes_on=CORPORATIONS_UNTIL
        ).delete()
