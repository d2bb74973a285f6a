; S5.3: no boundary is the same as a boundary that allows everything.
(define-fun absent-boundary-is-allow-all
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows false
      false false session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows true false
      true session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)))

; S5.3: no session policy is the same as one that allows everything, but for federated sessions (S5.9).
(define-fun absent-session-policy-is-allow-all
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (not federated-session)
    (=
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows false false false scp-denies scp-allows rcp-denies
        rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
        resource-account)
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows true false true scp-denies scp-allows rcp-denies
        rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
        resource-account))))
