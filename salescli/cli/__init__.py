"""Floor 4: the command line. One file a command; heavy imports only inside the functions that need them."""
