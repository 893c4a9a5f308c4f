"""The models that RelFormer's paper compares it with, in the same harness. None of them reads knowledge."""
