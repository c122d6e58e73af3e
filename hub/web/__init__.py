"""Pages for people. Templates escape what they show; a page loads nothing from elsewhere."""
