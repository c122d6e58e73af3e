"""`hub.yaml`: what a project is made of."""
