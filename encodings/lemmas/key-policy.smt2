; S7.1: nobody has access to a key that its key policy does not let in, root included.
(define-fun key-policy-decides
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (not (or needs-no-permission resource-direct resource-entity resource-account))
    (not
      (allowed needs-no-permission root-recovers cross-account own-account-only true role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account))))

; S7.1, S7.2: the two tables only limit what S5 grants.
(define-fun key-policy-only-limits
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only true role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only false role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)))
