"""Which relation holds between a name in a text and an object in its picture: what the model is given. No torch."""
