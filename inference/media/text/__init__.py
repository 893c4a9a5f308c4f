"""Text in pictures and videos: where it is, what it says, and how long it stands."""
