"""The web application's pages: a blueprint per audience over the services."""
