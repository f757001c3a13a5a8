"""Many reports in one run: plan, cache, worker processes, index, verification, cluster."""
