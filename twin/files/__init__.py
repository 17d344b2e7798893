"""Recorded files to `Recording` and back."""
