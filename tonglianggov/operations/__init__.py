"""How the platform is doing: measured, counted, and told to whoever looks after its servers."""
