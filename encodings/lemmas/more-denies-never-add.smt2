; One more Deny never adds access. One lemma for each input; together they cover any number of Denies.
(define-fun more-identity-denies
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session true identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows resource-denies
      resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session false identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows resource-denies
      resource-direct resource-entity)))

(define-fun more-boundary-denies
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given true boundary-allows session-given session-denies session-allows
      resource-denies resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given false boundary-allows session-given session-denies session-allows
      resource-denies resource-direct resource-entity)))

(define-fun more-session-denies
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given true session-allows
      resource-denies resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given false session-allows
      resource-denies resource-direct resource-entity)))

(define-fun more-resource-denies
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      true resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      false resource-direct resource-entity)))
