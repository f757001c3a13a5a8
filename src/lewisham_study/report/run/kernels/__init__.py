"""Start and manage the kernels that notebooks run in."""
