; Dialect aws. What grants access to a resource of another account (S8). After layers.smt2.

; S8.1: both sides must allow, and nothing bypasses (S8.3).
;   caller's side    identity policies within boundary and session policy; root by default, but root cannot assume roles
;   resource's side  the resource policy, at any level
; S8.6: some actions have no cross-account form.
(define-fun granted-across
  ((own-account-only Bool) (role-trust Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (boundary-given Bool) (boundary-allows Bool) (session-given Bool) (session-allows Bool)
   (identity-allows Bool) (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (and
    (not own-account-only)
    (or resource-direct resource-entity resource-account)
    (ite root
      (not role-trust)
      (and
        identity-allows
        (limits-ok role-session federated-session boundary-given boundary-allows session-given session-allows)))))
