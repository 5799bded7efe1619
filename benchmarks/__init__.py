"""Measurements of speed and quality, run by hand; nothing in the product imports them."""
