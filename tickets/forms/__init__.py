"""What people type, checked for its shape only: what it means is for the verbs to say."""
