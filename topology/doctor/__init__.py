"""`triplewire doctor`: what is wrong around us, and what to do about it. Each module examines one thing."""
