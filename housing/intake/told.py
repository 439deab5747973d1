"""What both formats tell about ids and doubles, in the same words."""

from housing.intake.values import Fault


def bag_repaired(ids: tuple[str, ...]) -> Fault:
    return Fault(
        "bag_repaired",
        "De eerste 0 van dit BAG-nummer was weg",
        f"We lezen {', '.join(ids)[:200]}. Sla de kolom voortaan op als tekst.",
    )


def homes_against_ids(homes: int, ids: int) -> Fault:
    return Fault(
        "homes_against_ids",
        "Het aantal woningen en het aantal BAG-nummers verschillen",
        f"Er {'staat 1 woning' if homes == 1 else f'staan {homes} woningen'} en {ids} "
        f"BAG-nummer{'' if ids == 1 else 's'}. We tellen {homes}. Klopt dat?",
    )


def twice(earlier: int) -> Fault:
    return Fault(
        "home_twice",
        "Deze woning staat twee keer in het bestand",
        f"Zij staat ook in rij {earlier}. De woning telt één keer. Haal een van de rijen weg, "
        "of verbeter het nummer.",
    )
