"""What every training shares: the loop, checkpoints, calibration, ranks."""
