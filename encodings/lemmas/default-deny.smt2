; S5.3, S15.8: the default is an implicit deny. Access needs an Allow, root, or an action that needs no permission.
(define-fun default-deny
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (not (or needs-no-permission root identity-allows resource-direct resource-entity))
    (not
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows session-given session-denies
        session-allows resource-denies resource-direct resource-entity))))
