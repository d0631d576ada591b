"""What lists of the admin show, taken out: as a sheet, with contact details, as text, and on paper."""
