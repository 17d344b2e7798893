"""The data dictionary: every channel with its unit, valid range and definition.

The glossary page is made from this module, the store checks against it and the screens take
their labels from it. A channel is a column name everywhere: in a `Batch`, in a DataFrame, in the
store. Columns carry no unit in their name; the unit stands here.
"""

from dataclasses import dataclass, replace

ZONE_COUNT = 5
STALE_AFTER_S = 8.0  # an older value is not live; longer than smart recording's steps (2 to 7 s)


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured or derived quantity.

    Parameters
    ----------
    name : str
        Column name.
    unit : str
        Unit as printed on axes; ``"1"`` for a plain number.
    low, high : float
        Valid range, both ends included. A measured value outside is treated as missing.
    label : str
        Short words for a screen.
    definition : str
        One sentence that says what is meant.
    decimals : int
        Digits after the point that are worth showing.
    dtype : str
        NumPy type of the column. NaN marks a missing value.
    """

    name: str
    unit: str
    low: float
    high: float
    label: str
    definition: str
    decimals: int = 0
    dtype: str = "float64"


MEASURED = (
    Channel("heart_rate", "bpm", 25, 245, "Heart rate",
            "Beats per minute as the sensor reports them; never computed from RR intervals."),
    Channel("power", "W", 0, 2500, "Power",
            "Mechanical power at the crank, pedal or foot pod."),
    Channel("cadence", "1/min", 0, 300, "Cadence",
            "Crank revolutions per minute; in running, steps (both feet) per minute."),
    Channel("speed", "m/s", 0, 45, "Speed",
            "Speed over ground as the device reports it.", 2),
    Channel("distance", "m", 0, 2_000_000, "Device distance",
            "Distance covered as the device counts it, cumulative.", 0),
    Channel("altitude", "m", -500, 9000, "Altitude",
            "Height above sea level.", 1),
    Channel("latitude", "deg", -90, 90, "Latitude",
            "Geographic latitude, WGS 84.", 6),
    Channel("longitude", "deg", -180, 180, "Longitude",
            "Geographic longitude, WGS 84.", 6),
    Channel("temperature", "degC", -60, 80, "Temperature",
            "Air temperature at the device.", 1),
    Channel("ground_contact_time", "ms", 50, 1000, "Ground contact",
            "Time one foot stays on the ground in a step."),
    Channel("vertical_oscillation", "mm", 0, 300, "Vertical oscillation",
            "Rise and fall of the trunk in one step."),
    Channel("respiration_rate", "1/min", 2, 90, "Respiration",
            "Breaths per minute as the sensor reports them."),
    Channel("core_temperature", "degC", 30, 45, "Core temperature",
            "Body core temperature from a sensor made for it.", 2),
    Channel("muscle_oxygen", "%", 0, 100, "Muscle oxygen",
            "Share of oxygenated haemoglobin in the muscle (SmO2).", 1),
    Channel("vo2", "ml/min", 0, 9000, "Oxygen uptake",
            "Oxygen uptake measured by gas exchange."),
    Channel("hdop", "1", 0, 100, "HDOP",
            "Horizontal dilution of precision of the position: below 2 is good.", 1),
)  # fmt: skip

DERIVED = (
    Channel("zone", "1", 1, ZONE_COUNT, "Zone",
            "Heart-rate zone 1 to 5 within the athlete's own bounds; NaN below zone 1."),
    Channel("heart_rate_fraction", "1", 0, 1.5, "Share of maximum",
            "Heart rate divided by the athlete's maximal heart rate.", 2),
    Channel("current_speed", "m/s", 0, 45, "Speed",
            "Speed now: the device's own, else from distance or positions.", 2),
    Channel("session_distance", "m", 0, 2_000_000, "Distance",
            "Distance since the session began: the device's own count, else along positions."),
    Channel("grade", "1", -1, 1, "Grade",
            "Rise over run of the ground, smoothed over at least 20 m.", 3),
    Channel("ascent", "m", 0, 100_000, "Ascent",
            "Height gained since the session began, counted with 2 m hysteresis."),
    Channel("elapsed", "s", 0, 10_000_000, "Elapsed time",
            "Time since the athlete's first sample of the session, pauses included."),
    Channel("banister_trimp", "au", 0, 100_000, "Load (Banister)",
            "Training impulse after Banister, summed since the session began.", 1),
    Channel("edwards_trimp", "au", 0, 100_000, "Load (Edwards)",
            "Minutes in zones 1 to 5 of maximal heart rate, weighted 1 to 5 and summed.", 1),
    *(Channel(f"time_in_zone_{zone}", "s", 0, 10_000_000, f"Time in zone {zone}",
              f"Time spent in heart-rate zone {zone} since the session began.")
      for zone in range(1, ZONE_COUNT + 1)),
)  # fmt: skip

# Tens to hundreds of values a second: they travel and are kept beside the samples.
_FAST = (
    Channel("ecg", "uV", -20_000, 20_000, "ECG",
            "Voltage between the electrodes of a chest strap, one lead."),
    *(Channel(f"acceleration_{axis}", "1e-3 g", -32_768, 32_767, f"Acceleration {axis}",
              f"Acceleration of the sensor along its {axis} axis, gravity included.")
      for axis in "xyz"),
)  # fmt: skip
_RR = Channel("rr_ms", "ms", 273, 2000, "RR interval", "Time between two beats as received.")
# Where an athlete wears two sensors of a kind, one speaks; what the other measured is kept as well.
# Stores hold the place of a signal: only ever add at the end.
SIGNALS = (
    *_FAST,
    *(replace(c, name=f"second_{c.name}", label=f"{c.label}, second sensor",
              definition=f"From the sensor that does not speak: {c.definition[0].lower()}{c.definition[1:]}")
      for c in (*_FAST, _RR, *MEASURED)),
)  # fmt: skip

# What a twin tells of an athlete beside its forecast, anew every second; `Tick.insights`.
INSIGHTS = (
    Channel("expected_heart_rate", "bpm", 25, 245, "Expected",
            "Heart rate the twin expects at this workload on this day; NaN without a workload."),
    Channel("expected_half_width", "bpm", 0, 100, "Expected, 80 % band",
            "Half-width of the band around it that holds 80 % of good readings."),
    Channel("day_offset", "bpm", -60, 60, "Today",
            "How far heart rate is off an average day at equal work."),
    Channel("day_drift", "bpm/h", -60, 60, "Drift",
            "How fast that offset rises at present."),
    Channel("balance", "%", -100, 100, "Balance",
            "What is left of W' (power) or D' (running speed); below 0 the model is exceeded."),
    Channel("balance_half_width", "%", 0, 200, "Balance, 80 % band",
            "Half-width of the 80 % band around the balance."),
    Channel("balance_empty", "s", 0, 36_000, "Empty in",
            "Time until the balance is empty at the workload of the last quarter minute."),
    Channel("alpha1", "1", 0, 2, "Alpha 1",
            "Short-term scaling exponent of the last two minutes of beats: a trend, no threshold.", 2),
    Channel("rmssd", "ms", 0, 400, "RMSSD",
            "Root mean square of successive differences of NN intervals, last two minutes.", 1),
    Channel("artefact_share", "1", 0, 1, "Beats corrected",
            "Share of the beats of the last two minutes that were corrected; above 0.05 no index.", 3),
    Channel("beats_cover", "s", 0, 130, "Beats collected",
            "Time the collected beats cover; an index needs 108 s of 120 s."),
    Channel("breathing", "1/min", 8, 60, "Breathing",
            "Breaths per minute from the beats of the last two minutes; NaN in hard work, where they tell none."),
    Channel("forecast_error", "bpm", 0, 100, "Error at 1 min",
            "Mean absolute error of the twin's forecasts one minute ahead, last ten minutes.", 1),
    Channel("persistence_error", "bpm", 0, 100, "Error of 'stays as it is'",
            "The same of the forecast that nothing changes.", 1),
    Channel("forecast_coverage", "1", 0, 1, "In the 80 % band",
            "Share of outcomes one minute ahead that fell into the band, last ten minutes.", 2),
    Channel("persistence_share", "1", 0, 1, "Falls back",
            "How much of the forecast one minute ahead says that nothing changes.", 2),
    *(Channel(f"band{level}_{horizon}", "bpm", 0, 200, f"{level} % band at {horizon} s",
              f"Half-width of the band that holds {level} % of outcomes {horizon} s ahead.")
      for level in (50, 95) for horizon in (30, 60, 120)),
)  # fmt: skip

DAILY = (
    Channel("resting_heart_rate", "bpm", 25, 130, "Resting heart rate",
            "Heart rate at rest, in the morning or as the watch sums up the day.", 1),
    Channel("rmssd", "ms", 1, 400, "RMSSD",
            "Root mean square of successive differences of RR intervals at rest.", 1),
    Channel("sdnn", "ms", 1, 500, "SDNN",
            "Standard deviation of RR intervals at rest, as the app computes it.", 1),
    Channel("body_mass", "kg", 20, 300, "Body mass",
            "Body mass on the scales.", 1),
)  # fmt: skip
"""What is measured once a day; kept beside the sessions, see `twin.records.DailyValue`."""

DAILY_NAMES = tuple(channel.name for channel in DAILY)

CHANNELS = {channel.name: channel for channel in (*MEASURED, *DERIVED)}
MEASURED_NAMES = tuple(channel.name for channel in MEASURED)
DERIVED_NAMES = tuple(channel.name for channel in DERIVED)
SIGNAL_NAMES = tuple(signal.name for signal in SIGNALS)
ALL_NAMES = MEASURED_NAMES + DERIVED_NAMES

SPORTS = (
    "running", "cycling", "football", "rowing", "swimming", "walking", "skiing",
    "fitness", "multisport", "other",
)  # fmt: skip
ON_FOOT = ("running", "walking", "football")  # where work goes by speed and grade
