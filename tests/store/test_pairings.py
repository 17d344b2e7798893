"""Whose sensor it is, kept in the file of the store."""

from twin.records import Athlete, Pairing
from twin.store import EmbeddedStore
from twin.store.pairings import Pairings

ADDRESS = "F0:00:00:00:00:01"


def test_a_pairing_survives_and_its_athlete_is_known_to_the_store(tmp_path):
    with Pairings(tmp_path) as pairings:
        pairings.pair(ADDRESS, Athlete("Ada"), name="H10", wants_rr=True)
    with EmbeddedStore(tmp_path) as store, Pairings(tmp_path) as pairings:
        assert [a.name for a in store.athletes()] == ["Ada"]
        ((pairing, athlete),) = pairings.all()
    assert (pairing, athlete.name) == (Pairing(ADDRESS, "ada", "H10", wants_rr=True), "Ada")


def test_a_sensor_has_one_owner_the_last(tmp_path):
    with Pairings(tmp_path) as pairings:
        pairings.pair(ADDRESS, Athlete("Ada"))
        pairings.pair(ADDRESS, Athlete("Ben"))
        assert [athlete.name for _, athlete in pairings.all()] == ["Ben"]


def test_what_a_coach_typed_about_an_athlete_is_not_overwritten(tmp_path):
    with EmbeddedStore(tmp_path) as store, Pairings(tmp_path) as pairings:
        store.add_athlete(Athlete("Ada", max_hr=188))
        pairings.pair(ADDRESS, pairings.athlete("ada"))
        assert pairings.all()[0][1].max_hr == 188
        pairings.pair(ADDRESS, Athlete("Ada", max_hr=150))
        assert pairings.all()[0][1].max_hr == 188


def test_a_forgotten_sensor_belongs_to_nobody(tmp_path):
    with Pairings(tmp_path) as pairings:
        assert not pairings.forget(ADDRESS)
        pairings.pair(ADDRESS, Athlete("Ada"))
        assert pairings.forget(ADDRESS)
        assert pairings.all() == ()
