"""How the house is served: the web server and the worker under one supervisor, on one socket."""
