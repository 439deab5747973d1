"""Links to pages that belong to one agreement, and to what a reader may do."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words, and a sentence that says what is behind it."""

    label: str
    url: str
    about: str = ""


def link(label: str, name: str, *args: object, about: str = "") -> Link | None:
    """A link; None when the page does not exist (in this edition of the portal)."""
    try:
        return Link(label, reverse(name, args=args), about)
    except NoReverseMatch:
        return None


# The lists by which single agreements are followed: agreement, words, address, what it shows.
_LISTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "gemengde-wijken",
        "Nieuwe woningen per segment",
        "monitoring:mixed",
        "sociale huur, middenhuur en betaalbare koop, van corporaties en anderen, per gemeente",
    ),
    (
        "koopplannen",
        "Stilliggende plannen",
        "agreements:plans",
        "plannen met betaalbare koop: hoeveel woningen, waarom ze stilliggen en wat er nu gebeurt",
    ),
    (
        "conceptuele-woningbouw",
        "Doorlooptijd van projecten",
        "agreements:paths",
        "van plan en vergunning naar start en oplevering",
    ),
    (
        "verkoop-sociale-huur",
        "Verkochte sociale huurwoningen",
        "monitoring:sales",
        "per corporatie en jaar, aan bewoners en aan anderen",
    ),
    (
        "voorzieningenwijzer",
        "De Voorzieningenwijzer in cijfers",
        "agreements:aid",
        "wie meedoet en hoeveel huishoudens zijn geholpen",
    ),
    (
        "kwetsbare-gebieden",
        "Kwetsbare gebieden",
        "agreements:areas",
        "de gebieden, en hoeveel complexen tijdelijk worden ontzien",
    ),
    (
        "rijksmiddelen",
        "Geld van het Rijk",
        "agreements:funds",
        "de regelingen, en waar het geld naartoe gaat",
    ),
)


def lists(slug: str = "") -> tuple[Link, ...]:
    """The lists of one agreement by slug; without a slug all of them."""
    found = (
        link(label, name, about=about)
        for agreement, label, name, about in _LISTS
        if slug in ("", agreement)
    )
    return tuple(each for each in found if each is not None)
