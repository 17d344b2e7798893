"""One athlete as a model: state with uncertainty, forecast, calibration."""
