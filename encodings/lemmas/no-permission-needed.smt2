; S7.5: an action that needs no permission is allowed, and no policy can deny it.
(define-fun no-permission-needed
  ((root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool) (identity-denies Bool)
   (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (and
    (allowed true root-recovers root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows resource-denies
      resource-direct resource-entity)
    (not
      (explicit-deny true root-recovers identity-denies boundary-denies session-denies resource-denies))))
