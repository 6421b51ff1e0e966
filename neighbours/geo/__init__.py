"""The pure floor of places: reading area files, drafting areas, cutting cells, distance bands, point to area.

No Flask, no database, no clock: everything is passed in and handed back. Longitude and latitude are WGS84 degrees,
in that order; lengths are metres, areas square metres.
"""
