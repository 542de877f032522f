"""The parts of `scripts/parity`."""
