; Dialect astran. The decision. Loaded last.

; S15.8 and S15.11: the whole decision. Gates that the dialect lacks could only limit.
; Allowed: allow. Otherwise explicit-deny, where that holds; otherwise implicit-deny.
(define-fun allowed
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (or
    needs-no-permission
    (and
      (not
        (explicit-deny needs-no-permission root-recovers cross-account identity-denies boundary-denies
          session-denies scp-denies rcp-denies endpoint-denies resource-denies))
      scp-allows
      rcp-allows
      endpoint-allows
      (granted cross-account key-policy role-trust root identity-allows role-session federated-session
        boundary-given boundary-allows session-given session-allows))))
