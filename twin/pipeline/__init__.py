"""From received batches to clean channels and live features."""
