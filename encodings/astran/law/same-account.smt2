; Dialect astran. The decision where caller and resource belong to one account (S15). Loaded after layers.smt2.

; S15.3, S15.8: the identity policies (those of a user's groups among them) allow, and the boundary does.
; S15.7: root needs no policy. Nothing else grants: the dialect describes no resource policies.
(define-fun granted
  ((root Bool) (role-session Bool) (federated-session Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-allows Bool) (session-given Bool) (session-allows Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    (and
      identity-allows
      (boundary-ok boundary-given boundary-allows)
      (session-ok role-session federated-session session-given session-allows))
    root))

; S15.8 and S15.11: the whole decision.
; Allowed: allow. Otherwise explicit-deny, where that holds; otherwise implicit-deny.
(define-fun allowed
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    needs-no-permission
    (and
      (not (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
        resource-denies))
      (granted root role-session federated-session identity-allows boundary-given boundary-allows session-given
        session-allows resource-direct resource-entity))))
