"""A world without hardware: simulated athletes with known truth."""
