"""Alert rules: what a coach wants to be told, and the step that tells it, live and in the lab."""
