; A request is never both allowed and explicitly denied, so the three decisions exclude each other.
(define-fun decisions-exclusive
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (not
    (and
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows session-given session-denies
        session-allows resource-denies resource-direct resource-entity)
      (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
        resource-denies))))
