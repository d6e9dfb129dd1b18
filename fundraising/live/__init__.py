"""Totals as they move: the snapshot that every page paints, the hub, `/live`, `total.json`, `/widget`, big screen."""
