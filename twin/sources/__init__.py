"""Where samples come from: replay, Bluetooth, HTTP; the simulator is found by name."""
