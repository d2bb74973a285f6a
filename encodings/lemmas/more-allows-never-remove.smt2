; One more Allow never removes access. One lemma for each input; together they cover any number of Allows.
(define-fun more-identity-allows
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies false boundary-given
      boundary-denies boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies true boundary-given
      boundary-denies boundary-allows session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-boundary-allows
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
      boundary-given boundary-denies false session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies true session-given session-denies session-allows scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-session-allows
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
      boundary-given boundary-denies boundary-allows session-given session-denies false scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies true scp-denies scp-allows
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-scp-allows
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
      false rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies true
      rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-rcp-allows
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
      scp-allows rcp-denies false endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies true endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-endpoint-allows
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
      scp-allows rcp-denies rcp-allows endpoint-denies false resource-denies resource-direct resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies true resource-denies resource-direct resource-entity
      resource-account)))

(define-fun more-resource-direct
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
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies false resource-entity
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies true resource-entity
      resource-account)))

(define-fun more-resource-entity
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
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct false
      resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct true
      resource-account)))

(define-fun more-resource-account
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
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity false)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity true)))
