"""What editors corrected, and from what an editor says to the correction that is meant."""
