; S5.3: no boundary is the same as a boundary that allows everything.
(define-fun absent-boundary-is-allow-all
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (session-given Bool) (session-denies Bool)
   (session-allows Bool) (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows false false false session-given session-denies session-allows resource-denies
      resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows true false true session-given session-denies session-allows resource-denies
      resource-direct resource-entity)))

; S5.3: no session policy is the same as one that allows everything, but for federated sessions (S5.9).
(define-fun absent-session-policy-is-allow-all
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (not federated-session)
    (=
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows false false false resource-denies
        resource-direct resource-entity)
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows true false true resource-denies
        resource-direct resource-entity))))
