"""Side by side with Karrio's SDK: the same kinds of operation, each with its own connector against answers that never leave the process."""
