; One more Allow never removes access. One lemma for each input; together they cover any number of Allows.
(define-fun more-identity-allows
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies false
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows resource-denies
      resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies true
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows resource-denies
      resource-direct resource-entity)))

(define-fun more-boundary-allows
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies false session-given session-denies session-allows
      resource-denies resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies true session-given session-denies session-allows
      resource-denies resource-direct resource-entity)))

(define-fun more-session-allows
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies false
      resource-denies resource-direct resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies true
      resource-denies resource-direct resource-entity)))

(define-fun more-resource-direct
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-entity Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies false resource-entity)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies true resource-entity)))

(define-fun more-resource-entity
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies resource-direct false)
    (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
      identity-allows boundary-given boundary-denies boundary-allows session-given session-denies session-allows
      resource-denies resource-direct true)))
