"""Sessions made of news stories: what an article names, and what its story named before."""
