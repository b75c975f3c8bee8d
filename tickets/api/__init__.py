"""The API of tickets: thin views and the shapes of what goes in and out. Writing is the verbs'."""
