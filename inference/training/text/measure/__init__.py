"""How good a text model is on mentions and on relations."""
