"""The tables of the embedded store, as the scripts that make them."""

from twin.store.added_columns import CAPACITIES, FINGERPRINTS, GROUP, MAXIMA, METHODS, REPAIRS

_FIRST = """
CREATE TABLE athlete (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, sport TEXT NOT NULL, sex TEXT NOT NULL,
    max_hr REAL, resting_hr REAL, threshold_hr REAL, zone_method TEXT NOT NULL,
    heart_rate_limit REAL, mass_kg REAL, birth_year INTEGER
);
-- A key is never used twice, so that what is left of a deleted session belongs to nobody.
CREATE TABLE session (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    athlete TEXT NOT NULL REFERENCES athlete(id), sport TEXT NOT NULL,
    start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, state TEXT NOT NULL,
    source TEXT NOT NULL, title TEXT NOT NULL, squad_session TEXT NOT NULL,
    samples INTEGER NOT NULL, content TEXT UNIQUE
);
CREATE INDEX session_of_squad ON session(squad_session);
CREATE INDEX session_being_recorded ON session(state) WHERE state = 'live';
-- Who was recorded together: the session key of each athlete index (0 = not recorded), and how many
-- samples each has. One row changes per append, however many athletes there are.
CREATE TABLE roster (
    id INTEGER PRIMARY KEY AUTOINCREMENT, keys BLOB NOT NULL,
    samples BLOB NOT NULL, first_ns BLOB NOT NULL, last_ns BLOB NOT NULL
);
CREATE TABLE roster_member (
    session INTEGER NOT NULL, roster INTEGER NOT NULL, athlete INTEGER NOT NULL,
    PRIMARY KEY (session, roster, athlete)
) WITHOUT ROWID;
CREATE TABLE layout (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
-- The journal: `seq` only ever grows, and a row is written once for each append.
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, roster INTEGER NOT NULL, layout INTEGER NOT NULL,
    rows INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, batch BLOB NOT NULL
);
CREATE INDEX log_in_time ON log(roster, end_ns, start_ns);
CREATE TABLE beat_log (
    seq INTEGER PRIMARY KEY, roster INTEGER NOT NULL, layout INTEGER NOT NULL,
    rows INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, batch BLOB NOT NULL
);
CREATE INDEX beat_log_in_time ON beat_log(roster, end_ns, start_ns);
CREATE TABLE lap (
    session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE, place INTEGER NOT NULL,
    number INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER, label TEXT NOT NULL,
    PRIMARY KEY (session, place)
) WITHOUT ROWID;
CREATE TABLE note (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE,
    time_ns INTEGER NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL
);
CREATE INDEX note_of_session ON note(session);
CREATE TABLE period (
    squad_session TEXT NOT NULL, place INTEGER NOT NULL,
    name TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER,
    PRIMARY KEY (squad_session, place)
) WITHOUT ROWID;
"""

_OUTBOX = """
-- What a server has taken: the highest number of the journal and of the catalogue's changes.
CREATE TABLE outbox (
    sink TEXT PRIMARY KEY, seq INTEGER NOT NULL, change INTEGER NOT NULL,
    trouble TEXT NOT NULL, since_ns INTEGER NOT NULL
);
CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY, sink TEXT NOT NULL, time_ns INTEGER NOT NULL, lines INTEGER NOT NULL,
    status INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL
);
-- The last change of each session, numbered like the journal: `change` only ever grows.
CREATE TABLE catalogue_change (
    change INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL UNIQUE,
    athlete TEXT NOT NULL, start_ns INTEGER NOT NULL
);
INSERT INTO catalogue_change (session, athlete, start_ns)
    SELECT id, athlete, start_ns FROM session ORDER BY key;
CREATE TRIGGER session_begun AFTER INSERT ON session BEGIN
    DELETE FROM catalogue_change WHERE session = NEW.id;
    INSERT INTO catalogue_change (session, athlete, start_ns)
        VALUES (NEW.id, NEW.athlete, NEW.start_ns);
END;
CREATE TRIGGER session_changed AFTER UPDATE ON session BEGIN
    DELETE FROM catalogue_change WHERE session = NEW.id;
    INSERT INTO catalogue_change (session, athlete, start_ns)
        VALUES (NEW.id, NEW.athlete, NEW.start_ns);
END;
CREATE TRIGGER session_deleted AFTER DELETE ON session BEGIN
    DELETE FROM catalogue_change WHERE session = OLD.id;
    INSERT INTO catalogue_change (session, athlete, start_ns)
        VALUES (OLD.id, OLD.athlete, OLD.start_ns);
END;
CREATE TRIGGER athlete_renamed AFTER UPDATE OF name ON athlete WHEN NEW.name <> OLD.name BEGIN
    UPDATE session SET athlete = athlete WHERE athlete = NEW.id;
END;
"""

_SENSOR = """
-- Which sensor belongs to whom; a sensor has one owner, an athlete any number of sensors.
CREATE TABLE sensor (
    address TEXT PRIMARY KEY, athlete TEXT NOT NULL REFERENCES athlete(id) ON DELETE CASCADE,
    name TEXT NOT NULL, wants_rr INTEGER NOT NULL
) WITHOUT ROWID;
"""

_CALIBRATION = """
-- What a twin has learnt of an athlete from the sessions up to a key; the last row counts.
CREATE TABLE calibration (
    version INTEGER PRIMARY KEY AUTOINCREMENT, athlete TEXT NOT NULL REFERENCES athlete(id),
    made_ns INTEGER NOT NULL, sessions INTEGER NOT NULL, last_session INTEGER NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX calibration_of_athlete ON calibration(athlete, version);
"""

_WAVES = """
-- Fast signals, such as an ECG; and which of them a sensor is asked for, with spaces between.
CREATE TABLE wave_log (
    seq INTEGER PRIMARY KEY, roster INTEGER NOT NULL, layout INTEGER NOT NULL,
    rows INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, batch BLOB NOT NULL
);
CREATE INDEX wave_log_in_time ON wave_log(roster, end_ns, start_ns);
ALTER TABLE sensor ADD COLUMN streams TEXT NOT NULL DEFAULT '';
"""

_ALERTS = """
-- Every version of every alert rule; the highest counts, an empty body strikes the rule out.
CREATE TABLE rule (
    id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
    saved_ns INTEGER NOT NULL, author TEXT NOT NULL, PRIMARY KEY (id, version)
) WITHOUT ROWID;
CREATE TABLE alert (
    id TEXT PRIMARY KEY, athlete TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL,
    channel TEXT NOT NULL, value REAL, line REAL, time_ns INTEGER NOT NULL, ended_ns INTEGER,
    priority INTEGER NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, told TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL, note TEXT NOT NULL, session TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_in_time ON alert(time_ns);
"""

_FILES = """
-- Rows up to this number have left the log for files; those still in it are not read from there.
CREATE TABLE sealed (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL);
INSERT INTO sealed VALUES (1, 0);
-- Parquet files. A segment holds a stretch of the log, all sessions; a final one a whole session.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,
    final INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL
);
-- Where a session stands in a file: so many rows from this place on. Moved: now read elsewhere.
CREATE TABLE segment_part (
    session INTEGER NOT NULL, segment INTEGER NOT NULL REFERENCES segment(id) ON DELETE CASCADE,
    place INTEGER NOT NULL, rows INTEGER NOT NULL, start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL, moved INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session, segment)
) WITHOUT ROWID;
CREATE INDEX part_of_segment ON segment_part(segment);
-- Files that are no longer read; a reader may hold the old list for a moment.
CREATE TABLE superseded (file TEXT PRIMARY KEY, since_ns INTEGER NOT NULL) WITHOUT ROWID;
"""

_LETTERS = """
-- Alerts on their way to a webhook; `refused` holds why one will never be taken.
CREATE TABLE letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, made_ns INTEGER NOT NULL,
    refused TEXT NOT NULL DEFAULT ''
);
"""

_SUMMARY = """
-- Figures of a session as JSON, by what made them; they hold for so many samples.
CREATE TABLE summary (
    session INTEGER PRIMARY KEY REFERENCES session(key) ON DELETE CASCADE,
    samples INTEGER NOT NULL, version TEXT NOT NULL, figures TEXT NOT NULL
);
"""

_BOOKS = """
-- Values of a day; figures and way of a session, of the code in `version`; repairs.
CREATE TABLE daily_value (
    athlete TEXT NOT NULL REFERENCES athlete(id) ON DELETE CASCADE, day TEXT NOT NULL,
    name TEXT NOT NULL, source TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (athlete, day, name, source)
) WITHOUT ROWID;
CREATE TABLE figure (
    session INTEGER PRIMARY KEY REFERENCES session(key) ON DELETE CASCADE, version TEXT NOT NULL,
    body TEXT NOT NULL, distance REAL);
CREATE TABLE edit (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE,
    kind TEXT NOT NULL, channel TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
    value REAL NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX edit_of_session ON edit(session);
"""

_ONE_PLACE_FOR_FIGURES = """
-- What a session comes to stands in `figure` alone.
DROP TABLE summary;
"""

_PLANNED = """
-- Sessions to come.
CREATE TABLE planned_session (
    id INTEGER PRIMARY KEY, athlete TEXT NOT NULL REFERENCES athlete(id) ON DELETE CASCADE,
    day TEXT NOT NULL, sport TEXT NOT NULL, title TEXT NOT NULL, duration_s REAL, load REAL
);
CREATE INDEX planned_of_athlete ON planned_session(athlete, day);
"""

_LED = """
-- How sessions were led: every action as JSON, by the hub that was told; those taken back stay.
CREATE TABLE action (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, hub TEXT NOT NULL, led TEXT NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, undone_ns INTEGER
);
CREATE INDEX action_of_led ON action(hub, led);
-- How hard a session was; the last row counts.
CREATE TABLE effort (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE,
    rating REAL NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL, said_ns INTEGER NOT NULL
);
CREATE INDEX effort_of_session ON effort(session);
"""

_FINALS = """
-- What screens showed when a session ended.
CREATE TABLE final_live (session INTEGER NOT NULL REFERENCES session(key) ON DELETE CASCADE,
    name TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (session, name)) WITHOUT ROWID;
"""

_DERIVED = """
-- Samples cleaned and derived, of the sessions looked at last: made anew whenever they are missing.
CREATE TABLE derived (session INTEGER PRIMARY KEY REFERENCES session(key) ON DELETE CASCADE,
    version TEXT NOT NULL, kept_ns INTEGER NOT NULL, body BLOB NOT NULL);
"""

SCRIPTS = (
    _FIRST, _OUTBOX, _SENSOR, _CALIBRATION, _WAVES, _ALERTS, GROUP, _FILES, _LETTERS, _SUMMARY, _BOOKS,
    _ONE_PLACE_FOR_FIGURES, REPAIRS, _PLANNED, _LED, FINGERPRINTS,
    _FINALS, METHODS, MAXIMA, _DERIVED, CAPACITIES,
)  # fmt: skip
"""Each script takes a file from the version of its place to the next; none is ever changed."""
