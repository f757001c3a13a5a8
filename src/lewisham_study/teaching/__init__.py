"""The teaching case, the exercises and the explorer."""
