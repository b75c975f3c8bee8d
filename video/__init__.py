"""Video: the register of cameras and who may look. A room with nobody in it yet."""
