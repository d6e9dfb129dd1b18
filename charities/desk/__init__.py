"""A charity's desk: who may come in, the frame of its pages, and the log of who looked at donors."""
