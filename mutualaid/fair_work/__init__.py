"""Who carries a lot is asked whether they want a break; everyone sees what they gave and got."""
