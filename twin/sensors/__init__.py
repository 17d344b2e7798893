"""Whether a sensor tells the truth: faults by their form, live and over a whole session."""
