"""What reading text takes, whatever the model: language, words, names, values and keywords. Pure functions."""
