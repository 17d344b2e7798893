"""The laws: pure functions with units, NaN behaviour and papers."""
