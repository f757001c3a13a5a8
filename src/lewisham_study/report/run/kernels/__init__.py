"""The kernels that notebooks run in."""
