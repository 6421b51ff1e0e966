"""Places as every page needs them: where an address lies (geocoding.py), which areas there are (index.py)."""
