"""Worked examples published by others, each as a small book with the figures that must come out."""
