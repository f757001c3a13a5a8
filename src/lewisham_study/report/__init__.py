"""Notebooks as documents: parameters, execution, conversion, validation."""
