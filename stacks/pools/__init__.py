"""The nodes that a platform needs in a cloud: pools of one type each, packed with every pod, over zones."""
