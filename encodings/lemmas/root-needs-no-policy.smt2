; S5.5, S15.7: root is allowed in its own account unless denied.
(define-fun root-needs-no-policy
  ((needs-no-permission Bool) (root-recovers Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
      resource-denies)
    (allowed needs-no-permission root-recovers true role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies resource-direct resource-entity)))
