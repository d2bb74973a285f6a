; S14.1: the reading "enforce" only limits.
(define-fun enforcing-only-limits
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust true user
      root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
      boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust false user
      root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
      boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)))

; S14.1: under "enforce" nothing gets around a user's boundary.
(define-fun enforced-boundary-binds
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (and user boundary-given (not boundary-allows) (not (or needs-no-permission root)))
    (not
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust true
        user root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
        boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
        endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account))))
