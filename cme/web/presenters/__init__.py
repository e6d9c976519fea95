"""How things are shown: plain values for the templates, which decide nothing themselves."""
