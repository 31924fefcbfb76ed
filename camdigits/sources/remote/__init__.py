"""What stands behind http addresses: asked for once, and read as files, or as pictures in parts."""
