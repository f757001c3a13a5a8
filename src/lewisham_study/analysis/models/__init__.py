"""Estimators: regressions, interval-censored times and rank tests; frames in, results out."""
