"""Trains the Chinese model from scratch: `data` (its sets), `model`, `run` (training), `export`, `measure`."""
