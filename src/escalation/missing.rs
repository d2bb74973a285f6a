//! What sequences of requests may do that is not modelled (escalation 4.6, S18).

/// One line for each.
pub(super) const MISSING: [&str; 8] = [
    "transitions outside the catalogue; but a role that may be passed to a service it trusts, in which the caller may call \
     any action, counts as held",
    "Cognito identity pools, IoT role aliases, SSM activations, Service Catalog launch roles, sts:GetWebIdentityToken",
    "changes of Organizations policies, Identity Center, the root user and its e-mail address",
    "secrets that are read from data stores; code and templates that are written to them",
    "data shared with other accounts: snapshots, images, ACLs, access grants",
    "which sessions have an MFA device present: a stolen credential is taken to have whatever a policy asks for",
    "names and tags of policies, groups and providers as conditions see them",
    "colluding humans who are not named with --also-held",
];
