; S5.8: a boundary only limits. What is allowed with a boundary is allowed without it.
(define-fun boundary-never-grants
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows false false false session-given session-denies session-allows resource-denies
      resource-direct resource-entity)))
