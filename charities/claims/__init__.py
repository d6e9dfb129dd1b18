"""Gift Aid: from gifts with a declaration to the schedule that HMRC takes, and what came of it."""
