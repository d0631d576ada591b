"""How the pages look: two colours that can be read, the stylesheet made of them, and the logo."""
