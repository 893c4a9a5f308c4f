"""Creating and checking what the servers must hold."""
