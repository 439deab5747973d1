"""The 7.500 of the Woonvisie: what all builders built, as far as anybody reported it.

NUMBERS 9: corporations' nieuwbouw and splitsing of every segment and origin, and what the
municipalities reported of others; never a CBS total on top. The years before the rounds were
entered once for all builders together (docs/decisions/0006), so corporations are not added there.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from agreements.models import Agreement, Indicator, Theme, Vision
from housing.codes import Kind
from housing.earlier import YEARS as ENTERED_ONCE
from monitoring import words
from monitoring.figures import Picture
from monitoring.municipal import own_answers
from monitoring.reported import MISSING, PENDING, Answered, Slice
from monitoring.stated import NOT_STATED, Stated, stated, together

ADDING = frozenset({Kind.NEW_BUILD.value, Kind.SPLIT.value})
SECOND_LINE = "leefbaarheid-en-tweedeling"  # the vision's second main line, as an agreement
COUNTED = (
    "Vanaf 2024: nieuwbouw en splitsing van corporaties, van elk segment en ontstaan, en daarnaast "
    "wat gemeenten opgaven van andere bouwers. Over 2022 en 2023 gaf elke gemeente één keer op wat "
    "alle bouwers samen opleverden. Cijfers van het CBS tellen wij er niet bij op."
)


@dataclass(frozen=True, slots=True)
class VisionYear:
    """One year: what corporations built and what municipalities reported beside it (in the years
    entered once: of everybody), each with its state and marks; `answered` of `asked`
    municipalities."""

    year: int
    once: bool
    corporations: Stated
    municipal: Stated
    answered: int
    asked: int
    parties: int
    parties_asked: int

    @property
    def total(self) -> Stated:
        return self.corporations + self.municipal


@dataclass(frozen=True, slots=True)
class Served:
    """A theme of the vision with the agreements that serve it; `also`: those of another theme."""

    theme: Theme
    agreements: tuple[Agreement, ...]
    also: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class VisionPage:
    """The number of the vision beside what is known to be built."""

    vision: Vision | None
    years: tuple[VisionYear, ...]
    is_demo: bool

    @property
    def corporations(self) -> Stated:
        return together(year.corporations for year in self.years)

    @property
    def municipal(self) -> Stated:
        return together(year.municipal for year in self.years)

    @property
    def stated(self) -> Stated:
        """All that is known to be built, with its state and marks."""
        return self.corporations + self.municipal

    @property
    def built(self) -> int | None:
        return self.stated.homes

    @property
    def answered(self) -> int:
        return sum(year.answered for year in self.years)

    @property
    def asked(self) -> int:
        """Municipalities × years that have begun."""
        return sum(year.asked for year in self.years)

    @property
    def share(self) -> str:
        homes = self.vision.homes if self.vision else None
        return words.percent(self.built, homes) if self.built is not None and homes else ""

    @property
    def heading(self) -> str:
        """The answer of the page."""
        if self.vision is None or self.vision.homes is None:
            return "Er is nog geen woonvisie in het portaal"
        goal = words.number(self.vision.homes)
        if self.built is None:
            return f"Van de {goal} woningen van de woonvisie is nog niets opgegeven"
        verb = "is" if self.built == 1 else "zijn"
        return (
            f"Van de {goal} woningen van de woonvisie {verb} er minstens "
            f"{words.number(self.built)} opgeleverd"
        )


def vision_in(known: Picture) -> VisionPage:
    """What was built for the newest vision known at the picture's moment."""
    visions = Vision.objects.filter(known_from__lte=known.moment)
    vision = visions.order_by("-first_year", "-pk").first()
    if vision is None or vision.homes_from is None or vision.homes_until is None:
        return VisionPage(vision, (), False)
    last = min(vision.homes_until, known.as_of.year)
    period = range(vision.homes_from, last + 1)
    own = own_answers(known.moment)
    built: dict[int, list[Slice]] = defaultdict(list)
    demo = False
    for piece in known.slices:
        counts = piece.kind in ADDING and piece.is_stock_of_dwellings
        if not counts or piece.year not in period or piece.year in ENTERED_ONCE:
            continue
        built[piece.year].append(piece)
        demo = demo or (piece.demo and piece.standing != PENDING)
    answers = _answers(known)
    years = []
    for year in period:
        of_places = [own.get((place.slug, year)) for place in known.municipalities]
        said = [answer for answer in of_places if answer is not None]
        told = [answer for answer in said if answer.total is not None]
        demo = demo or any(answer.demo for answer in told)
        once = year in ENTERED_ONCE
        asked = () if once else known.asked.get(year, ())
        builders = {*asked, *(piece.organisation for piece in built[year])}
        about = [answer for answer in answers[year] if answer.organisation in builders]
        parties = sum(answer.organisation in asked and answer.is_given for answer in about)
        years.append(
            VisionYear(
                year=year,
                once=once,
                corporations=NOT_STATED if once else stated(built[year], about, bare=True),
                municipal=together(answer.stated for answer in said),
                answered=len(told),
                asked=len(known.municipalities),
                parties=parties,
                parties_asked=len(asked),
            )
        )
    return VisionPage(vision, tuple(years), demo)


def _answers(known: Picture) -> dict[int, list[Answered]]:
    """Answers by year as far as they are about what was added: who did not answer that question,
    is missing. What may be double are social homes, of which a vision knows no part."""
    found: dict[int, list[Answered]] = defaultdict(list)
    for answer in known.answered:
        marks = tuple(mark for mark in answer.marks if mark.code != "excess")
        state = answer.state if answer.additions else MISSING
        found[answer.year].append(replace(answer, state=state, marks=marks))
    return found


def served(vision: Vision, known: Picture) -> list[Served]:
    """The themes of a vision, with the regional agreements that serve each of them."""
    agreements = list(
        Agreement.objects.known_at(known.moment)
        .regional()
        .filter(set__vision=vision)
        .prefetch_related("also_themes")
    )
    agreements.sort(key=lambda each: (len(each.number), each.number))
    also: dict[int, list[Agreement]] = defaultdict(list)
    of: dict[int, list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        of[agreement.theme_id].append(agreement)
        for theme in agreement.also_themes.all():
            also[theme.pk].append(agreement)
    return [
        Served(theme, tuple(of[theme.pk]), tuple(also[theme.pk])) for theme in vision.themes.all()
    ]


def indicators_of(vision: Vision) -> list[Indicator]:
    """What municipalities measure themselves, by municipality."""
    return list(vision.indicators.select_related("municipality"))
