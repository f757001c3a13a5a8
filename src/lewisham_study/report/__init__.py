"""Run notebooks and make documents of them: parameters, execution, conversion, validation, batches."""
