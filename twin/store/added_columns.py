"""Columns and tables that the embedded store was given later, as scripts."""

GROUP = """
ALTER TABLE athlete ADD COLUMN "group" TEXT NOT NULL DEFAULT '';
"""

REPAIRS = """
-- Who made a repair and when; one taken back stays on record.
ALTER TABLE edit ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE edit ADD COLUMN made_ns INTEGER;
ALTER TABLE edit ADD COLUMN undone_ns INTEGER;
"""

FINGERPRINTS = """
-- What sessions are known again by.
ALTER TABLE figure ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
"""

MAXIMA = """
-- Where a maximal heart rate comes from; the highest heart rate of a session, 0 without any.
ALTER TABLE athlete ADD COLUMN max_hr_from TEXT NOT NULL DEFAULT '';
ALTER TABLE figure ADD COLUMN highest_hr REAL;
"""

METHODS = """
-- By which method the load of a planned session was said.
ALTER TABLE planned_session ADD COLUMN method TEXT NOT NULL DEFAULT 'banister_trimp';
"""

CAPACITIES = """
-- Critical power (speed) and W' (D') of a test, as entered; each holds from its day on.
CREATE TABLE capacity (
    athlete TEXT NOT NULL REFERENCES athlete(id) ON DELETE CASCADE, kind TEXT NOT NULL,
    day TEXT NOT NULL, critical REAL NOT NULL, reserve REAL NOT NULL,
    PRIMARY KEY (athlete, kind, day)
) WITHOUT ROWID;
"""
