; S7.5: an action that needs no permission is allowed, and no policy can deny it.
(define-fun no-permission-needed
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (and
    (allowed true root-recovers cross-account own-account-only key-policy role-trust user-boundary-enforced
      user root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
      boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)
    (not
      (explicit-deny true root-recovers cross-account identity-denies boundary-denies session-denies
        scp-denies rcp-denies endpoint-denies resource-denies))))
