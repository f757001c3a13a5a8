"""Statistical models: logistic regression, interval censoring and rank tests."""
