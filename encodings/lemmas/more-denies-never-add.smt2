; One more Deny never adds access. One lemma for each input; together they cover any number of Denies.
(define-fun more-identity-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session true identity-allows boundary-given
      boundary-denies boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session false identity-allows boundary-given
      boundary-denies boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-boundary-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given true boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given false boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-session-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given true session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given false session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-scp-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows true scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows false
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)))

(define-fun more-rcp-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows true rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows false rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)))

(define-fun more-endpoint-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows true endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows false endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-resource-denies
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows true resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows false resource-direct resource-entity
      resource-account)))
