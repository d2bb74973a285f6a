; S5.9: a federated session without a session policy has what a resource policy grants to the session itself.
(define-fun federated-session-needs-session-policy
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (and
      federated-session
      (not session-given)
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows session-given session-denies
        session-allows resource-denies resource-direct resource-entity))
    (or needs-no-permission root resource-direct)))
