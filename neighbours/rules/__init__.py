"""Pure rules: who may do what, which move leads where, who is asked, what is hidden. No Flask, no session, no clock."""
