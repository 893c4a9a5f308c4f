"""Which encoder the text model should start from: several, trained alike and measured alike."""
