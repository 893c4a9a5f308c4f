"""Detecting objects, faces and people in pictures, and estimating their depth."""
