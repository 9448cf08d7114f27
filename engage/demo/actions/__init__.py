"""The demo's story, chapter by chapter, through the actions that its people would use."""
