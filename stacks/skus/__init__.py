"""What the clouds offer: types of nodes, databases and caches, and the choice of the smallest that fits."""
