"""The training pack: the plan, its letters, the reasons, safety; and who wants to hear from the event."""
