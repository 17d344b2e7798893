"""Where samples are kept and read back."""
