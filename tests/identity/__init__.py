"""A municipality's own provider of sign-in: the certified `oidc-provider` of npm, as a process of its own."""
