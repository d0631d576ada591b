"""The pages of the admin on which a sheet is uploaded, mapped, checked, imported and taken back."""
