"""What RelFormer reaches."""
