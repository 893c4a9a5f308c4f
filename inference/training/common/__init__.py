"""What every training shares: epochs, checkpoints, calibration, ranks."""
