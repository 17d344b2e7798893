"""Names of simulated athletes, and what a coach would know of them."""

from simulator.athlete import Truth
from twin.records import Athlete

FIRST_NAMES = (
    "Ada", "Ben", "Chiara", "David", "Elif", "Felix", "Greta", "Hugo", "Ines", "Jonas",
    "Kira", "Leo", "Maya", "Noah", "Olga", "Paul", "Qing", "Rafael", "Sofia", "Tom",
    "Uma", "Viktor", "Wanda", "Xavier", "Yara", "Zeno", "Alma", "Bruno", "Clara", "Diego",
    "Emma", "Finn", "Gloria", "Henrik", "Iris", "Jakob", "Kaja", "Luca", "Mina", "Nils",
    "Ottilie", "Pablo", "Ronja", "Samir", "Thea", "Umar", "Vera", "Willem", "Ximena", "Yusuf",
    "Zoe", "Anton", "Bianca", "Carlos", "Dina", "Emil", "Flora", "Gino", "Hanna", "Ivan",
    "Julia", "Karim", "Lena", "Marco", "Nora", "Oskar", "Petra", "Quentin", "Rosa", "Stefan",
    "Tara", "Ulrich", "Viola", "Walter", "Xenia", "Yannick", "Zora", "Arne", "Berta", "Cem",
    "Doris", "Erik", "Frida", "Georg", "Heidi", "Ilja", "Jana", "Kofi", "Luisa", "Matteo",
    "Nadia", "Omar", "Paula", "Ramon", "Selma", "Timo", "Ursula", "Vito", "Wilma", "Xaver",
    "Yvonne", "Zlatan", "Aino", "Boris", "Celine", "Dario", "Eva", "Fabio", "Gisela", "Hamid",
)  # fmt: skip


def first_name(place: int) -> str:
    """Return the name of an athlete; from the 111th on with a number.

    Examples
    --------
    >>> first_name(0), first_name(110)
    ('Ada', 'Ada 2')
    """
    lap, index = divmod(place, len(FIRST_NAMES))
    return FIRST_NAMES[index] + (f" {lap + 1}" if lap else "")


def known_athlete(place: int, truth: Truth, team: str = "") -> Athlete:
    """Return what a coach knows: limits to the whole beat, a line not to cross above threshold."""
    return Athlete(
        name=f"{first_name(place)} {team}".rstrip(),
        sport=truth.sport,
        sex=truth.sex,
        max_hr=truth.max_hr,
        resting_hr=truth.resting_hr,
        threshold_hr=truth.threshold_hr,
        heart_rate_limit=float(round(0.96 * truth.max_hr)),
        mass_kg=truth.mass_kg,
    )
