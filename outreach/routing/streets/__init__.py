"""Walking times and route lines on real streets, from an OpenStreetMap extract (`.osm.pbf`).

`extract` reads the ways people may walk, `graph` joins them at their crossings, `doors` puts homes
on them, `tables` measures the ways between doors and draws them, `cache` keeps both on disk.
The data are © OpenStreetMap contributors, ODbL 1.0: whoever shows them says so.
"""
