"""How ticks reach other processes."""
