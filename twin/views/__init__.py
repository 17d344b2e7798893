"""Panel Viewers, one picture each."""
