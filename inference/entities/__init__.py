"""Whom a name stands for, decided from all articles: pure logic, no wire and no graph."""
