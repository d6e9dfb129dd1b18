"""What a charity takes away: donations, donors who agreed, pages, teams, payouts; as CSV and XLSX."""
