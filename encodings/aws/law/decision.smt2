; Dialect aws. The decision. Loaded last.

; S5, S7.1, S7.2, S8: which of the grants is asked for.
(define-fun granted
  ((cross-account Bool) (own-account-only Bool) (key-policy Bool) (role-trust Bool)
   (user-boundary-enforced Bool) (user Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-allows Bool) (boundary-given Bool) (boundary-allows Bool) (session-given Bool)
   (session-allows Bool) (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (ite cross-account
    (granted-across own-account-only role-trust root role-session federated-session boundary-given
      boundary-allows session-given session-allows identity-allows resource-direct resource-entity
      resource-account)
    (ite role-trust
      (granted-to-assume user root role-session federated-session boundary-given boundary-allows session-given
        session-allows identity-allows resource-direct resource-entity resource-account)
      (ite key-policy
        (granted-on-key user-boundary-enforced user role-session federated-session boundary-given
          boundary-allows session-given session-allows identity-allows resource-direct resource-entity
          resource-account)
        (granted-here user-boundary-enforced user root role-session federated-session boundary-given
          boundary-allows session-given session-allows identity-allows resource-direct resource-entity)))))

; S5.3, last line, and S7.5: the whole decision.
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
      (gates-allow scp-allows rcp-allows endpoint-allows)
      (granted cross-account own-account-only key-policy role-trust user-boundary-enforced user root
        role-session federated-session identity-allows boundary-given boundary-allows session-given
        session-allows resource-direct resource-entity resource-account))))
