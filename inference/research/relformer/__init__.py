"""RelFormer in torch: the model, its comparators, MORE's data, training and the scenes it is measured on."""
